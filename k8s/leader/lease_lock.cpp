#include <fmt/format.h>

#include "k8s/leader/followed.hpp"
#include "k8s/leader/lock.hpp"

namespace k8s {
namespace {

class LeaseLock final : public Lock {
 public:
  LeaseLock(std::unique_ptr<Connection> connection, ObjectName name)
      : client_(std::move(connection)), name_(std::move(name)) {}

  Result<std::optional<LeaderRecord>> read(std::stop_token stop) override {
    auto found = client_.get<Lease>(name_, stop);
    if (found.has_error() && !found.error().not_found()) return found.error();
    lease_ = found.has_error() ? std::nullopt : std::optional(std::move(*found));
    return record();
  }

  Result<void> write(LeaderRecord const& record, std::stop_token stop) override {
    Lease wanted = lease_.value_or(Lease{});
    wanted.meta.name = name_.name;
    wanted.meta.name_space = name_.name_space;
    wanted.record = record;
    auto written = lease_ ? client_.update(wanted, stop) : client_.create(wanted, stop);
    if (written.has_error()) return written.error();
    lease_ = std::move(*written);
    return {};
  }

  Result<void> follow(OnChange const& on_change, std::chrono::milliseconds quiet, std::stop_token stop) override {
    auto const take = [&](std::optional<Lease> now) {
      lease_ = std::move(now);
      return on_change(record());
    };
    auto const version = lease_ ? lease_->meta.resource_version : std::string{};
    return leader::follow_object<Lease>(client_, name_, version, quiet, take, stop);
  }

  ObjectReference reference() const override {
    auto const uid = lease_ ? lease_->meta.uid : std::string{};
    return {"coordination.k8s.io/v1", "Lease", name_.name_space, name_.name, uid, {}};
  }

  std::string text() const override { return fmt::format("lease {}/{}", name_.name_space, name_.name); }

 private:
  [[nodiscard]] std::optional<LeaderRecord> record() const {
    if (!lease_) return std::nullopt;
    return lease_->record;
  }

  Client client_;
  ObjectName name_;
  std::optional<Lease> lease_;  // as it was seen or written last
};

}  // namespace

std::unique_ptr<Lock> make_lease_lock(std::unique_ptr<Connection> connection, ObjectName name) {
  return std::make_unique<LeaseLock>(std::move(connection), std::move(name));
}

}  // namespace k8s
