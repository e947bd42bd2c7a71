#pragma once

#include <map>
#include <optional>
#include <string>

#include "tests/simulation/controller_manager.hpp"
#include "tests/simulation/oracle.hpp"
#include "tests/simulation/scene.hpp"
#include "tests/simulation/script.hpp"

namespace nfs::simulation {

/// Users and administrators, and the pods that use what they asked for.
class People {
 public:
  People(Scene& scene, ControllerManager& controllers, Oracle const& oracle);

  void set_up();
  /// As those of another cluster did: most of the same manifests were applied.
  void set_up_as(People const& other);
  /// True if it is theirs to do.
  bool act(Op const& op);
  /// Claims that are to come back, pods that must end, a place where data is to be put.
  [[nodiscard]] bool has_work() const;
  void step(Oracle& oracle);
  /// A pod begins, or writes.
  void use_something(Oracle& oracle);

 private:
  void create_claim(std::string const& name_space, std::string const& name, Dice& dice);
  void delete_claim(std::string const& name_space, std::string const& name);
  void edit_claim(std::string const& name_space, std::string const& name, Dice& dice);
  void create_class(std::string const& name, Dice& dice);
  void delete_class(std::string const& name);
  void replace_class(std::string const& name, Dice& dice);
  void delete_namespace(std::string const& name);
  void bring_namespace_back(std::string const& name, Dice dice);
  void create_namespace(std::string const& name);
  void edit_reclaim_policy(Dice& dice);
  void delete_volume(Dice& dice);
  [[nodiscard]] std::optional<std::string> place_to_occupy() const;
  [[nodiscard]] std::string restore_from(Dice& dice) const;
  [[nodiscard]] std::optional<std::string> some_volume(Dice& dice, bool standing) const;
  [[nodiscard]] bool open_for_business(std::string const& name_space) const;

  Scene& scene_;
  ControllerManager& controllers_;
  Oracle const& oracle_;
  std::map<std::string, std::uint64_t> coming_back_;  ///< dice, by "namespace/name"
  std::map<std::string, std::uint64_t> namespaces_coming_back_;
  std::size_t namespaces_made_ = 0;
  bool always_restored_ = false;  // every class gives archives back by itself
  bool occupies_ = false;
  bool shares_ = false;  // classes let claims share directories
};

}  // namespace nfs::simulation
