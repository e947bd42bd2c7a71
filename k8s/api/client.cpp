#include "k8s/api/client.hpp"

#include <fmt/format.h>

#include "k8s/api/status_error.hpp"

namespace k8s {
namespace {

/// "patch persistentvolumes/pvc-1/status"
std::string describe(std::string_view verb, Kind const& kind, ObjectName const& name, std::string_view sub = {}) {
  auto text = fmt::format("{} {}", verb, kind.plural);
  if (!name.name_space.empty()) text += "/" + name.name_space;
  if (!name.name.empty()) text += "/" + name.name;
  if (!sub.empty()) text += fmt::format("/{}", sub);
  return text;
}

std::string_view content_type(PatchType type) {
  switch (type) {
    case PatchType::merge:
      return "application/merge-patch+json";
    case PatchType::json:
      return "application/json-patch+json";
    case PatchType::strategic:
      break;
  }
  return "application/strategic-merge-patch+json";
}

bool is_segment(std::string_view text) {
  return !text.empty() && text != "." && text != "..";
}

/// An empty name would turn DELETE of an object into DELETE of all: never sent.
Result<void> check_name(std::string const& what, Kind const& kind, ObjectName const& name) {
  if (!is_segment(name.name)) return make_error(ErrorKind::protocol, what + ": not the name of an object");
  if (kind.namespaced && !is_segment(name.name_space)) {
    return make_error(ErrorKind::protocol, what + ": not the name of a namespace");
  }
  return {};
}

Result<std::string> exchange(Connection& connection, std::string const& what, Request const& request,
                             std::stop_token stop) {
  auto answer = connection.send(request, stop);
  if (answer.has_error()) return prefixed(what, std::move(answer).error());
  if (answer->status < 200 || answer->status > 299) return to_error(what, *answer);
  return std::move(answer->body);
}

template <class T>
Result<T> exchange_for(Connection& connection, std::string const& what, Request const& request, std::stop_token stop) {
  auto body = exchange(connection, what, request, stop);
  if (body.has_error()) return std::move(body).error();
  auto object = read<T>(*body);
  if (object.has_error()) return prefixed(what, std::move(object).error());
  return object;
}

}  // namespace

Client::Client(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

template <class T>
Result<T> Client::get(ObjectName const& name, std::stop_token stop) {
  auto const& kind = kind_of<T>();
  auto const what = describe("get", kind, name);
  if (auto ok = check_name(what, kind, name); ok.has_error()) return std::move(ok).error();
  return exchange_for<T>(*connection_, what, {.target = object_path(kind, name)}, stop);
}

template <class T>
Result<T> Client::create(T const& object, std::stop_token stop) {
  auto const& kind = kind_of<T>();
  auto const name = ObjectName{object.meta.name_space, object.meta.name};
  auto const what = describe("create", kind, name);
  if (auto ok = check_name(what, kind, name); ok.has_error()) return std::move(ok).error();
  auto const name_space = kind.namespaced ? std::string_view(name.name_space) : std::string_view();
  return exchange_for<T>(*connection_, what,
                         {.method = Method::post,
                          .target = collection_path(kind, name_space),
                          .body = write(object),
                          .content_type = "application/json"},
                         stop);
}

template <class T>
Result<T> Client::update(T const& object, std::stop_token stop) {
  auto const& kind = kind_of<T>();
  auto const name = ObjectName{object.meta.name_space, object.meta.name};
  auto const what = describe("update", kind, name);
  if (auto ok = check_name(what, kind, name); ok.has_error()) return std::move(ok).error();
  return exchange_for<T>(*connection_, what,
                         {.method = Method::put,
                          .target = object_path(kind, name),
                          .body = write(object),
                          .content_type = "application/json"},
                         stop);
}

template <class T>
Result<T> Client::patch(ObjectName const& name, PatchType type, std::string const& body, std::stop_token stop,
                        std::string_view subresource) {
  auto const& kind = kind_of<T>();
  auto const what = describe("patch", kind, name, subresource);
  if (auto ok = check_name(what, kind, name); ok.has_error()) return std::move(ok).error();
  return exchange_for<T>(*connection_, what,
                         {.method = Method::patch,
                          .target = object_path(kind, name, subresource),
                          .body = body,
                          .content_type = std::string(content_type(type))},
                         stop);
}

template <class T>
Result<void> Client::remove(ObjectName const& name, Preconditions const& preconditions, std::stop_token stop) {
  auto const& kind = kind_of<T>();
  auto const what = describe("delete", kind, name);
  if (auto ok = check_name(what, kind, name); ok.has_error()) return ok;
  auto const answer = exchange(*connection_, what,
                               {.method = Method::del,
                                .target = object_path(kind, name),
                                .body = write_delete_options(preconditions),
                                .content_type = "application/json"},
                               stop);
  if (answer.has_error()) return answer.error();
  return {};
}

Result<AccessReview> Client::may_i(AccessQuestion const& question, std::stop_token stop) {
  auto const what = fmt::format("ask whether {} {}{}{} is allowed", question.verb, question.resource,
                                question.subresource.empty() ? "" : "/", question.subresource);
  return exchange_for<AccessReview>(*connection_, what,
                                    {.method = Method::post,
                                     .target = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                                     .body = write_access_review(question),
                                     .content_type = "application/json"},
                                    stop);
}

Result<ServerVersion> Client::server_version(std::stop_token stop) {
  return exchange_for<ServerVersion>(*connection_, "ask for the server's version", {.target = "/version"}, stop);
}

template Result<Claim> Client::get(ObjectName const&, std::stop_token);
template Result<Volume> Client::get(ObjectName const&, std::stop_token);
template Result<StorageClass> Client::get(ObjectName const&, std::stop_token);
template Result<Event> Client::get(ObjectName const&, std::stop_token);
template Result<Namespace> Client::get(ObjectName const&, std::stop_token);

template Result<Lease> Client::get(ObjectName const&, std::stop_token);
template Result<Lease> Client::create(Lease const&, std::stop_token);
template Result<Lease> Client::update(Lease const&, std::stop_token);
template Result<void> Client::remove<Lease>(ObjectName const&, Preconditions const&, std::stop_token);

template Result<Endpoints> Client::get(ObjectName const&, std::stop_token);
template Result<Endpoints> Client::create(Endpoints const&, std::stop_token);
template Result<Endpoints> Client::patch(ObjectName const&, PatchType, std::string const&, std::stop_token,
                                         std::string_view);
template Result<void> Client::remove<Endpoints>(ObjectName const&, Preconditions const&, std::stop_token);

template Result<Claim> Client::create(Claim const&, std::stop_token);
template Result<Volume> Client::create(Volume const&, std::stop_token);
template Result<StorageClass> Client::create(StorageClass const&, std::stop_token);
template Result<Event> Client::create(Event const&, std::stop_token);
template Result<Namespace> Client::create(Namespace const&, std::stop_token);

template Result<Claim> Client::patch(ObjectName const&, PatchType, std::string const&, std::stop_token,
                                     std::string_view);
template Result<Volume> Client::patch(ObjectName const&, PatchType, std::string const&, std::stop_token,
                                      std::string_view);
template Result<StorageClass> Client::patch(ObjectName const&, PatchType, std::string const&, std::stop_token,
                                            std::string_view);
template Result<Event> Client::patch(ObjectName const&, PatchType, std::string const&, std::stop_token,
                                     std::string_view);
template Result<Namespace> Client::patch(ObjectName const&, PatchType, std::string const&, std::stop_token,
                                         std::string_view);

template Result<void> Client::remove<Claim>(ObjectName const&, Preconditions const&, std::stop_token);
template Result<void> Client::remove<Volume>(ObjectName const&, Preconditions const&, std::stop_token);
template Result<void> Client::remove<StorageClass>(ObjectName const&, Preconditions const&, std::stop_token);
template Result<void> Client::remove<Event>(ObjectName const&, Preconditions const&, std::stop_token);
template Result<void> Client::remove<Namespace>(ObjectName const&, Preconditions const&, std::stop_token);

}  // namespace k8s
