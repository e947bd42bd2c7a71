#include "tests/integration/support/helm.hpp"

#include <array>
#include <cstdio>
#include <filesystem>

namespace nfs::test {
namespace {

std::string in_quotes(std::string const& word) {
  return "'" + word + "'";
}

// What a command line says, both streams; throws, with it, when it fails.
std::string answer_of(std::string const& line) {
  auto* const pipe = ::popen(("exec 2>&1; " + line).c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error{"cannot run: " + line};
  std::string said;
  std::array<char, 4096> buffer;
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    said.append(buffer.data(), got);
  if (::pclose(pipe) != 0) throw std::runtime_error{"failed: " + line + "\n" + said};
  while (said.ends_with('\n')) said.pop_back();
  return said;
}

std::filesystem::path tests_directory() {
  return std::filesystem::path(INTEGRATION_CLUSTER_SH).parent_path().parent_path();
}

}  // namespace

Helm::Helm(Scene& scene)
    : scene_(scene), binary_(answer_of(in_quotes((tests_directory() / "cluster/setup.sh").string()) + " path helm")) {}

void Helm::run(std::string const& words) {
  auto const home = in_quotes(scene_.exported().outside("helm").string());
  answer_of("HELM_CACHE_HOME=" + home + " HELM_CONFIG_HOME=" + home + " HELM_DATA_HOME=" + home + " " +
            in_quotes(binary_) + " --kubeconfig " + in_quotes(cluster_directory() + "/admin.kubeconfig") +
            " --namespace " + scene_.name_space() + " " + words);
}

std::string Helm::chart(std::string const& name) {
  return (tests_directory() / "integration/charts" / name).string();
}

}  // namespace nfs::test
