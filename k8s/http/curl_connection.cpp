#include "k8s/http/curl_connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "k8s/http/curl_error.hpp"

namespace k8s {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

template <class T>
void set(CURL* easy, CURLoption option, T value) {
  // Fails for lack of memory, or where this libcurl was built without the feature: nothing to go on with.
  if (curl_easy_setopt(easy, option, value) != CURLE_OK) throw std::bad_alloc{};
}

void set_blob(CURL* easy, CURLoption option, std::string const& text) {
  curl_blob blob{.data = const_cast<char*>(text.data()), .len = text.size(), .flags = CURL_BLOB_COPY};
  set(easy, option, text.empty() ? nullptr : &blob);
}

void append(CurlList& list, std::string const& line) {
  auto* const longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc{};
  static_cast<void>(list.release());
  list.reset(longer);
}

std::size_t header_arrived(char* data, std::size_t size, std::size_t count, void* answer) {
  return static_cast<Answer*>(answer)->take_header({data, size * count}) ? size * count : 0;
}

std::size_t body_arrived(char* data, std::size_t size, std::size_t count, void* answer) {
  return static_cast<Answer*>(answer)->take_body({data, size * count}) ? size * count : 0;
}

Error cancelled() {
  return make_error(ErrorKind::cancelled, "cancelled");
}

std::string in_words(milliseconds time) {
  return time.count() % 1000 == 0 ? fmt::format("{} s", time.count() / 1000) : fmt::format("{} ms", time.count());
}

/// A transfer that is in a multi handle as long as this lives.
class Running {
 public:
  Running(CURLM* multi, CURL* easy) : multi_{multi}, easy_{easy} { curl_multi_add_handle(multi_, easy_); }
  ~Running() { curl_multi_remove_handle(multi_, easy_); }
  Running(Running const&) = delete;
  Running& operator=(Running const&) = delete;

 private:
  CURLM* multi_;
  CURL* easy_;
};

}  // namespace

CurlConnection::CurlConnection(std::shared_ptr<CurlOptions const> options, Endpoint endpoint)
    : options_{std::move(options)},
      endpoint_{std::move(endpoint)},
      ca_{options_->ca, PemKind::certificates, options_->material_max_age},
      certificate_{options_->client_certificate, PemKind::certificates, options_->material_max_age},
      key_{options_->client_key, PemKind::private_key, options_->material_max_age},
      easy_{curl_easy_init()},
      multi_{curl_multi_init()} {
  if (!easy_ || !multi_) throw std::bad_alloc{};
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, 2L);
  set_constants();
  set_address();
}

CurlConnection::~CurlConnection() = default;

void CurlConnection::set_constants() {
  auto* const easy = easy_.get();
  set(easy, CURLOPT_ERRORBUFFER, error_text_.data());
  set(easy, CURLOPT_HEADERFUNCTION, header_arrived);
  set(easy, CURLOPT_WRITEFUNCTION, body_arrived);
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_PATH_AS_IS, 1L);
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_QUICK_EXIT, 1L);  // else a cancelled request waits for the resolver's thread
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_->connect_timeout.count()));
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  set(easy, CURLOPT_TCP_KEEPIDLE, 30L);
  set(easy, CURLOPT_TCP_KEEPINTVL, 15L);
  set(easy, CURLOPT_BUFFERSIZE, 64L << 10);
  set(easy, CURLOPT_USERAGENT, options_->user_agent.c_str());
  set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(easy, CURLOPT_CA_CACHE_TIMEOUT, 60L);  // of the system's certificates; curl's own default is a day
  set(easy, CURLOPT_KEYPASSWD, "");          // else OpenSSL asks for it on the terminal
  set(easy, CURLOPT_SSL_VERIFYPEER, options_->insecure_skip_tls_verify ? 0L : 1L);
  set(easy, CURLOPT_SSL_VERIFYHOST, options_->insecure_skip_tls_verify ? 0L : 2L);
}

void CurlConnection::set_address() {
  auto* const easy = easy_.get();
  base_url_ = endpoint_.server;
  if (endpoint_.is_loopback()) set(easy, CURLOPT_PROXY, "");
  if (!endpoint_.tls || options_->tls_server_name.empty()) return;
  // curl verifies, and names in SNI, the host of the URL: so that is the wanted name, and the way leads elsewhere.
  bool const bare_v6 = options_->tls_server_name.find(':') != std::string::npos;
  auto const name = bare_v6 ? fmt::format("[{}]", options_->tls_server_name) : options_->tls_server_name;
  base_url_ = fmt::format("https://{}:{}{}", name, endpoint_.port, endpoint_.path);
  connect_to_.reset(curl_slist_append(nullptr, fmt::format("::{}", endpoint_.authority()).c_str()));
  if (!connect_to_) throw std::bad_alloc{};
  set(easy, CURLOPT_CONNECT_TO, connect_to_.get());
}

Result<void> CurlConnection::refresh_material() {
  for (auto* const reader : {&ca_, &certificate_, &key_}) {
    auto const changed = reader->refresh();
    if (changed.has_error()) return changed.error();
    if (!*changed) continue;
    // curl keeps a connection apart from requests with other certificates: the next one connects anew.
    if (reader == &certificate_) set_blob(easy_.get(), CURLOPT_SSLCERT_BLOB, reader->text());
    if (reader == &key_) set_blob(easy_.get(), CURLOPT_SSLKEY_BLOB, reader->text());
    if (reader != &ca_) continue;
    set_blob(easy_.get(), CURLOPT_CAINFO_BLOB, reader->text());
    set(easy_.get(), CURLOPT_CAPATH, static_cast<char*>(nullptr));  // else the system's are trusted as well
  }
  return {};
}

void CurlConnection::set_request(Request const& request) {
  auto* const easy = easy_.get();
  bool const with_body = !request.body.empty() || request.method == Method::post;
  set(easy, CURLOPT_URL, (base_url_ + request.target).c_str());
  set(easy, CURLOPT_CUSTOMREQUEST, static_cast<char*>(nullptr));
  set(easy, CURLOPT_HTTPGET, 1L);
  if (with_body) {
    set(easy, CURLOPT_POSTFIELDS, request.body.data());
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  bool const as_curl_says = request.method == (with_body ? Method::post : Method::get);
  if (!as_curl_says) set(easy, CURLOPT_CUSTOMREQUEST, std::string{to_string(request.method)}.c_str());
}

Result<Response> CurlConnection::send(Request const& request, std::stop_token stop) {
  return run(request, nullptr, stop);
}

Result<Response> CurlConnection::stream(Request const& request, BodySink sink, std::stop_token stop) {
  return run(request, &sink, stop);
}

Result<std::string> CurlConnection::token() const {
  if (!options_->bearer_token) return std::string{};
  auto token = options_->bearer_token();
  if (token.has_error()) return token;
  bool const sendable = std::all_of(token->begin(), token->end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (!sendable) return make_error(ErrorKind::config, "the bearer token holds characters that no token may have");
  return token;
}

Result<Response> CurlConnection::run(Request const& request, BodySink const* sink, std::stop_token const& stop) {
  Limits limits{.deadline = {}, .timeout = request.timeout, .idle = request.idle_timeout};
  if (request.timeout.count() > 0) limits.deadline = BootClock::now() + request.timeout;
  if (auto const good = refresh_material(); good.has_error()) return good.error();
  auto const first = token();
  if (first.has_error()) return first.error();

  auto answer = attempt(request, sink, *first, limits, stop);
  if (answer.has_error() || answer->status != 401 || first->empty()) return answer;
  if (options_->bearer_token_rejected) options_->bearer_token_rejected();
  auto const second = token();
  if (second.has_error() || second->empty() || *second == *first) return answer;
  return attempt(request, sink, *second, limits, stop);
}

Result<Response> CurlConnection::attempt(Request const& request, BodySink const* sink, std::string const& token,
                                         Limits const& limits, std::stop_token const& stop) {
  auto* const easy = easy_.get();
  set_request(request);
  CurlList headers;
  append(headers, "Accept: application/json");
  append(headers, "Expect:");
  if (!token.empty()) append(headers, "Authorization: Bearer " + token);
  if (connect_to_) append(headers, "Host: " + endpoint_.authority());
  if (!request.body.empty()) {
    append(headers, "Content-Type: " + (request.content_type.empty() ? "application/json" : request.content_type));
  }
  set(easy, CURLOPT_HTTPHEADER, headers.get());

  Answer answer{easy, endpoint_.server, request.max_body, sink, stop};
  set(easy, CURLOPT_HEADERDATA, static_cast<void*>(&answer));
  set(easy, CURLOPT_WRITEDATA, static_cast<void*>(&answer));
  error_text_.front() = '\0';

  auto const code = drive(answer, limits, stop);
  set(easy, CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  if (code.has_error()) return code.error();
  if (*code != CURLE_OK && stop.stop_requested()) return cancelled();
  auto outcome = answer.outcome(*code);
  if (!outcome) return failed(*code);
  return *std::move(outcome);
}

Result<CURLcode> CurlConnection::drive(Answer const& answer, Limits const& limits, std::stop_token const& stop) {
  auto* const multi = multi_.get();
  Running const running{multi, easy_.get()};
  std::stop_callback const wake{stop, [multi] { curl_multi_wakeup(multi); }};
  for (;;) {
    if (stop.stop_requested()) return cancelled();
    // Before anything more is sent: a process that stood still must not go on with what is out of time.
    if (limits.deadline && BootClock::now() >= *limits.deadline) return timed_out("no whole answer in", limits.timeout);
    int still_running = 0;
    if (curl_multi_perform(multi, &still_running) != CURLM_OK) return CURLE_FAILED_INIT;
    int queued = 0;
    if (auto const* const message = curl_multi_info_read(multi, &queued)) return message->data.result;
    if (still_running == 0) return CURLE_FAILED_INIT;

    auto const wait = time_left(answer, limits);
    if (wait.has_error()) return wait.error();
    curl_multi_poll(multi, nullptr, 0, static_cast<int>(wait->count()), nullptr);
  }
}

Result<milliseconds> CurlConnection::time_left(Answer const& answer, Limits const& limits) const {
  auto const now = BootClock::now();
  auto left = SteadyTime::duration{60s};
  if (limits.deadline) left = std::min(left, *limits.deadline - now);
  if (left.count() <= 0) return timed_out("no whole answer in", limits.timeout);
  if (limits.idle.count() > 0) left = std::min(left, answer.last_byte() + limits.idle - now);
  if (left.count() <= 0) {
    auto error = timed_out("no byte for", limits.idle);
    error.silent = true;
    return error;
  }
  return std::chrono::ceil<milliseconds>(left);
}

Error CurlConnection::failed(CURLcode code) const {
  long os_error = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &os_error);
  return to_error({.code = code, .detail = error_text_.data(), .os_error = os_error, .server = endpoint_.server});
}

Error CurlConnection::timed_out(std::string_view what, milliseconds after) const {
  return make_error(ErrorKind::transport, fmt::format("{}: {} {}", endpoint_.server, what, in_words(after)));
}

}  // namespace k8s
