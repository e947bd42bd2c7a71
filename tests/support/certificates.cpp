#include "tests/support/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <stdexcept>

namespace k8s::test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype([](EVP_PKEY* it) { EVP_PKEY_free(it); })>;
using Certificate = std::unique_ptr<X509, decltype([](X509* it) { X509_free(it); })>;
using Extension = std::unique_ptr<X509_EXTENSION, decltype([](X509_EXTENSION* it) { X509_EXTENSION_free(it); })>;
using Bio = std::unique_ptr<BIO, decltype([](BIO* it) { BIO_free(it); })>;

void require(bool good, char const* what) {
  if (!good) throw std::runtime_error{std::string{"test certificates: cannot make "} + what};
}

std::string text_of(Bio const& bio) {
  char* data = nullptr;
  auto const size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem(X509& certificate) {
  Bio const bio{BIO_new(BIO_s_mem())};
  PEM_write_bio_X509(bio.get(), &certificate);
  return text_of(bio);
}

std::string pem(EVP_PKEY& key) {
  Bio const bio{BIO_new(BIO_s_mem())};
  PEM_write_bio_PrivateKey(bio.get(), &key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio);
}

Key make_key() {
  Key key{EVP_EC_gen("P-256")};
  require(key != nullptr, "a key");
  return key;
}

Certificate make_certificate(std::string const& common_name, EVP_PKEY& key) {
  Certificate certificate{X509_new()};
  X509_set_version(certificate.get(), 2);
  std::uint32_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial | 1u);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), &key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<unsigned char const*>(common_name.c_str()), -1, -1, 0);
  return certificate;
}

void extend(X509& certificate, X509& issuer, int id, std::string const& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  Extension const extension{X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str())};
  require(extension != nullptr, "a certificate extension");
  X509_add_ext(&certificate, extension.get(), -1);
}

std::string joined(std::vector<std::string> const& names) {
  std::string out;
  for (auto const& name : names) out += (out.empty() ? "" : ",") + name;
  return out;
}

}  // namespace

struct Authority::Parts {
  Key key;
  Certificate certificate;
};

Authority::Authority(std::string const& name) : parts_{std::make_unique<Parts>()} {
  parts_->key = make_key();
  parts_->certificate = make_certificate(name, *parts_->key);
  auto& own = *parts_->certificate;
  X509_set_issuer_name(&own, X509_get_subject_name(&own));
  extend(own, own, NID_basic_constraints, "critical,CA:TRUE");
  extend(own, own, NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(own, own, NID_subject_key_identifier, "hash");
  require(X509_sign(&own, parts_->key.get(), EVP_sha256()) > 0, "an authority");
}

Authority::~Authority() = default;
Authority::Authority(Authority&&) noexcept = default;
Authority& Authority::operator=(Authority&&) noexcept = default;

std::string Authority::certificate() const {
  return pem(*parts_->certificate);
}

Identity Authority::issue(std::string const& common_name, std::vector<std::string> const& names) const {
  auto const key = make_key();
  auto const certificate = make_certificate(common_name, *key);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(parts_->certificate.get()));
  extend(*certificate, *parts_->certificate, NID_basic_constraints, "critical,CA:FALSE");
  extend(*certificate, *parts_->certificate, NID_ext_key_usage, "serverAuth,clientAuth");
  if (!names.empty()) extend(*certificate, *parts_->certificate, NID_subject_alt_name, joined(names));
  require(X509_sign(certificate.get(), parts_->key.get(), EVP_sha256()) > 0, "a certificate");
  return {pem(*certificate), pem(*key)};
}

}  // namespace k8s::test
