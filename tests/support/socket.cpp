#include "tests/support/socket.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>

namespace k8s::test {
namespace {

template <class T, void (*Free)(T*)>
using Owned = std::unique_ptr<T, decltype([](T* it) { Free(it); })>;
using Bio = std::unique_ptr<BIO, decltype([](BIO* it) { BIO_free(it); })>;
using Certificate = Owned<X509, X509_free>;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;

void require(bool good, char const* what) {
  if (!good) throw std::runtime_error{std::string{"test server: unusable "} + what};
}

Bio memory(std::string_view pem) {
  return Bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
}

Certificate read_certificate(std::string_view pem) {
  return Certificate{PEM_read_bio_X509(memory(pem).get(), nullptr, nullptr, nullptr)};
}

void require_clients(SSL_CTX& context, std::string_view authority) {
  auto const certificate = read_certificate(authority);
  require(certificate != nullptr, "client authority");
  X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), certificate.get());
  SSL_CTX_add_client_CA(&context, certificate.get());
  SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

}  // namespace

std::shared_ptr<ssl_ctx_st> make_tls_context(std::string_view certificate, std::string_view key,
                                             std::string_view client_authority) {
  std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
  auto const own = read_certificate(certificate);
  require(own && SSL_CTX_use_certificate(context.get(), own.get()) == 1, "certificate");
  Key const secret{PEM_read_bio_PrivateKey(memory(key).get(), nullptr, nullptr, nullptr)};
  require(secret && SSL_CTX_use_PrivateKey(context.get(), secret.get()) == 1, "key");
  static constexpr unsigned char session_name[] = "test";
  SSL_CTX_set_session_id_context(context.get(), session_name, sizeof session_name);
  if (!client_authority.empty()) require_clients(*context, client_authority);
  return context;
}

Socket::Socket(int descriptor, ssl_ctx_st* context) : descriptor_{descriptor} {
  if (context == nullptr) return;
  tls_ = SSL_new(context);
  SSL_set_fd(tls_, descriptor_);
}

Socket::~Socket() {
  ERR_clear_error();
  SSL_free(tls_);
}

bool Socket::handshake() {
  return tls_ == nullptr || SSL_accept(tls_) == 1;
}

std::string Socket::read() {
  std::array<char, 16384> buffer;
  auto const count = tls_ != nullptr ? SSL_read(tls_, buffer.data(), static_cast<int>(buffer.size()))
                                     : static_cast<int>(::recv(descriptor_, buffer.data(), buffer.size(), 0));
  return count > 0 ? std::string{buffer.data(), static_cast<std::size_t>(count)} : std::string{};
}

bool Socket::write(std::string_view bytes) {
  if (tls_ != nullptr) return bytes.empty() || SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size())) > 0;
  while (!bytes.empty()) {
    auto const count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace k8s::test
