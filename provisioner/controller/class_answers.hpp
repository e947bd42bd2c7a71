#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "k8s/base/mutex.hpp"
#include "provisioner/controller/cluster_view.hpp"

namespace nfs {

/// What the API server said of classes, for as long as it holds. A volume is made as its class is at some time after
/// its claim was made: so an answer does for all claims that were known when it was asked for, as long as the watch
/// shows nothing else of the class. A burst of claims asks once, and not once for each. Thread-safe.
class ClassAnswers {
 public:
  explicit ClassAnswers(ClusterView const& view) : view_(view) {}

  /// The answer that does for this claim (null: there is no such class); nullopt: ask.
  [[nodiscard]] std::optional<ClassPointer> find(k8s::Claim const& claim, ClassPointer const& watched) const;

  /// What is known before a question is sent.
  struct Asked {
    KnownClaims claims;
    ClassPointer watched;
  };
  [[nodiscard]] Asked asking(ClassPointer watched) const { return {view_.known_claims(), std::move(watched)}; }
  /// The answer to it, about the class called `name`.
  void keep(std::string const& name, Asked asked, ClassPointer answer);

 private:
  struct Known {
    Asked asked;
    ClassPointer answer;
  };

  ClusterView const& view_;
  mutable k8s::Mutex mutex_;
  std::map<std::string, Known, std::less<>> known_ GUARDED_BY(mutex_);
};

}  // namespace nfs
