#pragma once

#include <functional>
#include <map>
#include <string>

#include "provisioner/storage/files/file_system.hpp"
#include "tests/simulation/fate.hpp"
#include "tests/simulation/mandate.hpp"
#include "tests/simulation/scene.hpp"

namespace nfs::simulation {

/// The export as one process sees it: others act between any two of its calls, and what its fate has in store happens.
class Disk final : public FileSystem {
 public:
  /// `die` does not return when it is called within the process.
  Disk(Scene& scene, Fate& fate, Mandate const& mandate, std::string who, std::function<void(bool machine)> die)
      : scene_(scene), fate_(fate), mandate_(mandate), who_(std::move(who)), die_(std::move(die)) {}

  StorageResult<FileStatus> status(std::string_view path) override;
  StorageResult<void> make_directory(std::string_view path, std::uint32_t mode) override;
  StorageResult<void> set_mode(std::string_view path, std::uint32_t mode) override;
  StorageResult<void> set_owner(std::string_view path, std::optional<std::uint32_t> uid,
                                std::optional<std::uint32_t> gid) override;
  StorageResult<void> remove_directory(std::string_view path) override;
  StorageResult<void> remove_file(std::string_view path) override;
  StorageResult<void> rename(std::string_view from, std::string_view to) override;
  StorageResult<std::string> read_file(std::string_view path, std::size_t max_size) override;
  StorageResult<void> write_file(std::string_view path, std::string_view content) override;
  StorageResult<void> sync_directory(std::string_view path) override;
  StorageResult<std::vector<DirectoryEntry>> list(std::string_view path, std::size_t max_entries) override;
  StorageResult<void> scan(std::string_view path, EntryVisitor const& visit) override;
  StorageResult<Space> space() override;
  StorageResult<MountInfo> mount_info() override;
  StorageResult<RootedContent> look(std::string_view path, std::size_t max_size) override;
  void use(RootHandle root) override;

 private:
  [[nodiscard]] FileSystem& mounted();
  [[nodiscard]] FileSystem& inner();
  template <class Effect>
  StorageResult<void> effect(std::string const& line, bool moves, Effect run);
  void remove_tree(std::string const& path);

  // --- sabotage: what other clusters have ---
  [[nodiscard]] std::vector<std::string> others_creating();
  [[nodiscard]] std::string where_intent_stands(std::string_view path);
  [[nodiscard]] bool is_overlooked(std::string_view directory, std::string_view name) const;

  Scene& scene_;
  Fate& fate_;
  Mandate const& mandate_;
  std::string who_;
  std::function<void(bool)> die_;
  FileSystem* used_ = nullptr;                    // what the root in use lies on: the export, or what is below it
  std::string marker_;                            // sabotage: the one that was read first
  std::map<std::string, std::string> unwritten_;  // sabotage: records that wait for their rename
};

}  // namespace nfs::simulation
