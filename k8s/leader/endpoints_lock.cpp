#include <fmt/format.h>

#include "k8s/leader/followed.hpp"
#include "k8s/leader/lock.hpp"

namespace k8s {
namespace {

class EndpointsLock final : public Lock {
 public:
  EndpointsLock(std::unique_ptr<Connection> connection, ObjectName name)
      : client_(std::move(connection)), name_(std::move(name)) {}

  Result<std::optional<LeaderRecord>> read(std::stop_token stop) override {
    auto found = client_.get<Endpoints>(name_, stop);
    if (found.has_error() && !found.error().not_found()) return found.error();
    endpoints_ = found.has_error() ? std::nullopt : std::optional(std::move(*found));
    return record();
  }

  Result<void> write(LeaderRecord const& record, std::stop_token stop) override {
    StringMap const annotation{{std::string(leader_annotation), k8s::write(record)}};
    auto written = endpoints_ ? overwrite(annotation, stop) : create(annotation, stop);
    if (written.has_error()) return written.error();
    endpoints_ = std::move(*written);
    return {};
  }

  Result<void> follow(OnChange const& on_change, std::chrono::milliseconds quiet, std::stop_token stop) override {
    auto const take = [&](std::optional<Endpoints> now) {
      endpoints_ = std::move(now);
      auto const seen = record();
      return seen.has_value() && on_change(*seen);  // one that cannot be read: read() tells
    };
    auto const version = endpoints_ ? endpoints_->meta.resource_version : std::string{};
    return leader::follow_object<Endpoints>(client_, name_, version, quiet, take, stop);
  }

  ObjectReference reference() const override {
    auto const uid = endpoints_ ? endpoints_->meta.uid : std::string{};
    return {"v1", "Endpoints", name_.name_space, name_.name, uid, {}};
  }

  std::string text() const override { return fmt::format("endpoints {}/{}", name_.name_space, name_.name); }

 private:
  Result<Endpoints> create(StringMap const& annotation, std::stop_token stop) {
    Endpoints wanted;
    wanted.meta.name = name_.name;
    wanted.meta.name_space = name_.name_space;
    wanted.meta.annotations = annotation;
    return client_.create(wanted, stop);
  }

  // A patch: whatever else stands in the object stays.
  Result<Endpoints> overwrite(StringMap const& annotation, std::stop_token stop) {
    Preconditions const unchanged{endpoints_->meta.uid, endpoints_->meta.resource_version};
    auto body = MergePatch().metadata(unchanged, annotation).text();
    return client_.patch<Endpoints>(name_, PatchType::merge, std::move(body), stop);
  }

  // An object without the annotation is a lock that nobody holds.
  [[nodiscard]] Result<std::optional<LeaderRecord>> record() const {
    if (!endpoints_) return std::optional<LeaderRecord>{};
    auto const* const text = find(endpoints_->meta.annotations, leader_annotation);
    if (text == nullptr || text->empty()) return std::optional(LeaderRecord{});
    auto record = k8s::read<LeaderRecord>(*text);
    if (record.has_error())
      return make_error(ErrorKind::protocol,
                        fmt::format("{}: {}: {}", this->text(), leader_annotation, record.error().message));
    return std::optional(std::move(*record));
  }

  Client client_;
  ObjectName name_;
  std::optional<Endpoints> endpoints_;  // as it was seen or written last
};

}  // namespace

std::unique_ptr<Lock> make_endpoints_lock(std::unique_ptr<Connection> connection, ObjectName name) {
  return std::make_unique<EndpointsLock>(std::move(connection), std::move(name));
}

}  // namespace k8s
