#include "k8s/json/brackets.hpp"

#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace k8s::json {

#if defined(__SSE2__)

namespace {

constexpr std::size_t block = 16;
using Mask = std::uint32_t;  // a bit for each byte of a block

struct Masks {
  Mask quotes;
  Mask openers;
  Mask closers;
  Mask backslashes;
};

Mask equal(__m128i bytes, char c) {
  return static_cast<Mask>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c))));
}

// '{' and '[' differ in one bit, and so do '}' and ']'.
Masks masks_of(char const* text) {
  auto const bytes = _mm_loadu_si128(reinterpret_cast<__m128i const*>(text));
  auto const folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
  return {equal(bytes, '"'), equal(folded, '{'), equal(folded, '}'), equal(bytes, '\\')};
}

// Each bit: whether an odd number of quotes stands before it or at it. So all bytes of a string but its closing quote.
Mask strings_of(Mask quotes) {
  quotes ^= quotes << 1;
  quotes ^= quotes << 2;
  quotes ^= quotes << 4;
  quotes ^= quotes << 8;
  return quotes & 0xffffU;
}

// std::popcount is a call of a function where the processor need not have an instruction for it.
std::size_t ones(Mask mask) {
  mask -= (mask >> 1) & 0x5555U;
  mask = (mask & 0x3333U) + ((mask >> 2) & 0x3333U);
  mask = (mask + (mask >> 4)) & 0x0f0fU;
  return (mask + (mask >> 8)) & 0x1fU;
}

}  // namespace

std::size_t count_brackets(std::string_view text, std::size_t at, Nesting& nesting) {
  for (; text.size() - at >= block; at += block) {
    auto const masks = masks_of(text.data() + at);
    if (masks.backslashes != 0) return at;
    auto const inside = strings_of(masks.quotes) ^ (nesting.in_string ? 0xffffU : 0U);
    auto const closers = ones(masks.closers & ~inside);
    if (closers >= nesting.depth) return at;
    nesting.depth = nesting.depth + ones(masks.openers & ~inside) - closers;
    nesting.in_string = (inside >> (block - 1)) != 0;
  }
  return at;
}

#else

std::size_t count_brackets(std::string_view /*text*/, std::size_t at, Nesting& /*nesting*/) {
  return at;
}

#endif

}  // namespace k8s::json
