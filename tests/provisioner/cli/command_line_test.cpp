#include "provisioner/cli/command_line.hpp"

#include "provisioner/cli/settings_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "provisioner/base/version.hpp"
#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

using Arguments = std::vector<std::string>;

k8s::Environment required() {
  return {{"NFS_SERVER", "nfs.example"}, {"NFS_PATH", "/data/nfs"}, {"PROVISIONER_NAME", "example.com/nfs"}};
}

Options options_of(Arguments arguments, k8s::Environment const& environment = required()) {
  auto read = read_command_line(std::move(arguments), environment);
  if (auto const* exit = std::get_if<PrintAndExit>(&read)) throw std::runtime_error(exit->text);
  return std::get<CommandLine>(std::move(read)).options;
}

// The one line of a usage error.
std::string error_of(Arguments arguments, k8s::Environment const& environment = required()) {
  auto const read = read_command_line(std::move(arguments), environment);
  auto const* exit = std::get_if<PrintAndExit>(&read);
  if (exit == nullptr) return "accepted";
  CHECK(exit->code == 2);
  CHECK(std::count(exit->text.begin(), exit->text.end(), '\n') == 1);
  CHECK(exit->text.ends_with('\n'));
  return exit->text;
}

class ConfigFile {
 public:
  explicit ConfigFile(std::string const& text) : path_(directory_.write("config.yaml", text)) {}
  [[nodiscard]] Arguments flag() const { return {"--config", path_}; }

 private:
  k8s::test::TemporaryDirectory directory_;
  std::string path_;
};

// Every setting by a value that is not its default, and how it reads in Options.
struct Row {
  std::string flag;
  std::string environment;
  std::string value;
  std::string other;
  std::function<std::string(Options const&)> read;
  std::string fallback;
};

std::vector<Row> const& rows() {
  auto const number = [](auto value) { return value ? std::to_string(*value) : std::string("none"); };
  static std::vector<Row> const all{
      {"nfs-server", "NFS_SERVER", "one.example", "two.example", [](auto& o) { return o.exports.at(0).server; }, ""},
      {"nfs-path", "NFS_PATH", "/one", "/two", [](auto& o) { return o.exports.at(0).path; }, ""},
      {"provisioner-name", "PROVISIONER_NAME", "one", "two", [](auto& o) { return o.provisioner; }, ""},
      {"mount-dir", "MOUNT_DIR", "/one", "/two", [](auto& o) { return o.exports.at(0).mount; }, "/persistentvolumes"},
      {"kubeconfig", "KUBECONFIG", "/one", "/two", [](auto& o) { return o.kubeconfig; }, ""},
      {"binding", "BINDING", "eager", "controller",
       [](auto& o) {
         return o.binding == Binding::direct ? "direct" : o.binding == Binding::eager ? "eager" : "controller";
       },
       "direct"},
      {"take-over", "TAKE_OVER", "never", "sameName",
       [](auto& o) {
         return o.take_over == TakeOver::ask ? "ask" : o.take_over == TakeOver::never ? "never" : "sameName";
       },
       "ask"},
      {"workers", "WORKERS", "3", "64", [](auto& o) { return std::to_string(o.workers); }, "8"},
      {"trash-retention", "TRASH_RETENTION", "0", "7d", [](auto& o) { return o.trash_retention; }, "1h"},
      {"default-mode", "NFS_DEFAULT_MODE", "2770", "0700",
       [](auto& o) { return fmt::format("{:o}", o.directories.mode); }, "777"},
      {"default-uid", "NFS_DEFAULT_UID", "10", "11", [=](auto& o) { return number(o.directories.uid); }, "none"},
      {"default-gid", "NFS_DEFAULT_GID", "10", "0", [=](auto& o) { return number(o.directories.gid); }, "none"},
      {"enable-leader-election", "ENABLE_LEADER_ELECTION", "false", "T",
       [](auto& o) { return o.leader_election ? "true" : "false"; }, "true"},
      {"lease-duration", "LEASE_DURATION", "20s", "1m",
       [](auto& o) { return std::to_string(o.election.lease.count()); }, "15000"},
      {"renew-deadline", "RENEW_DEADLINE", "2500ms", "14s",
       [](auto& o) { return std::to_string(o.election.renew.count()); }, "10000"},
      {"retry-period", "RETRY_PERIOD", "500ms", "1s", [](auto& o) { return std::to_string(o.election.retry.count()); },
       "2000"},
      {"pod-namespace", "POD_NAMESPACE", "one", "two", [](auto& o) { return o.pod_namespace; }, ""},
      {"http-address", "HTTP_ADDRESS", "127.0.0.1:0", "off",
       [](auto& o) { return o.http_address ? to_string(*o.http_address) : "off"; }, ":8080"},
      {"log-level", "LOG_LEVEL", "debug", "error",
       [](auto& o) { return std::to_string(static_cast<int>(o.log_level)); }, "1"},
      {"log-format", "LOG_FORMAT", "json", "text",
       [](auto& o) { return o.log_format == k8s::LogFormat::json ? "json" : "text"; }, "text"},
  };
  return all;
}

}  // namespace

TEST_CASE("with what is required alone, all else has its default") {
  auto const options = options_of({});
  REQUIRE(options.exports.size() == 1);
  CHECK(options.exports[0].server == "nfs.example");
  CHECK(options.exports[0].path == "/data/nfs");
  CHECK(options.provisioner == "example.com/nfs");
  for (auto const& row : rows()) {
    INFO(row.flag);
    bool const is_required = required().contains(row.environment);
    if (!is_required) CHECK(row.read(options) == row.fallback);
  }
}

TEST_CASE("every setting can be given by flag, environment and file; the flag wins, then the environment") {
  for (auto const& row : rows()) {
    INFO(row.flag);
    auto base = required();
    base.erase(row.environment);
    auto const with = [&](k8s::Environment more) {
      more.insert(base.begin(), base.end());
      return more;
    };
    auto const by_flag = row.read(options_of({"--" + row.flag, row.value}, base));
    auto const other = row.read(options_of({"--" + row.flag + "=" + row.other}, base));
    REQUIRE(by_flag != other);
    ConfigFile const file(row.flag + ": \"" + row.value + "\"\n");
    ConfigFile const other_file(row.flag + ": \"" + row.other + "\"\n");
    CHECK(row.read(options_of({}, with({{row.environment, row.value}}))) == by_flag);
    CHECK(row.read(options_of(file.flag(), base)) == by_flag);
    CHECK(row.read(options_of({"--" + row.flag, row.value}, with({{row.environment, row.other}}))) == by_flag);
    CHECK(row.read(options_of(other_file.flag(), with({{row.environment, row.value}}))) == by_flag);
    auto arguments = other_file.flag();
    arguments.insert(arguments.end(), {"--" + row.flag, row.value});
    CHECK(row.read(options_of(arguments, base)) == by_flag);
    if (!required().contains(row.environment))
      CHECK(row.read(options_of({}, with({{row.environment, ""}}))) == row.fallback);  // empty is not set
  }
}

TEST_CASE("the settings file may be named by the environment") {
  ConfigFile const file("workers: 5\n");
  auto environment = required();
  environment["CONFIG"] = file.flag()[1];
  CHECK(options_of({}, environment).workers == 5);
}

TEST_CASE("the context of a kubeconfig is a flag, or stands in the file") {
  CHECK(options_of({"--context", "kind"}).context == "kind");
  ConfigFile const file("context: kind\n");
  CHECK(options_of(file.flag()).context == "kind");
}

TEST_CASE("a wrong value ends with 2 and one line that names variable and flag") {
  std::vector<std::pair<std::string, std::vector<std::string>>> const table{
      {"binding", {"fast", "Direct"}},
      {"trash-retention", {"1", "0h", "-1h", "1y", "36501d", "for ever"}},
      {"workers", {"0", "65", "-1", "many", "8x", "99999999999999999999", "1\n2"}},
      {"default-mode", {"rwx", "8", "77777", "-1"}},
      {"default-uid", {"root", "-1", "4294967295", "1.5"}},
      {"default-gid", {"root", "-1", "4294967295"}},
      {"enable-leader-election", {"yes", "on", "2"}},
      {"lease-duration", {"15", "s", "-1s", "10s", "1.5s", "99999999999s"}},
      {"renew-deadline", {"10", "2s", "2400ms", "0s"}},
      {"retry-period", {"2", "0s", "2h"}},
      {"log-level", {"loud"}},
      {"log-format", {"xml"}},
      {"nfs-path", {"data/nfs", "/data/../nfs", "/data\nnfs"}},
      {"mount-dir", {"persistentvolumes", "./mnt"}},
      {"provisioner-name", {"example com", "a\nb", "/", "a/b/c", std::string(400, 'a')}},
  };
  for (auto const& [flag, values] : table) {
    auto const& row = *std::find_if(rows().begin(), rows().end(), [&](Row const& each) { return each.flag == flag; });
    for (auto const& value : values) {
      INFO(flag << " = " << value);
      auto environment = required();
      environment[row.environment] = value;
      for (auto const& text : {error_of({"--" + flag, value}), error_of({}, environment)}) {
        INFO(text);
        CHECK(contains(text, "--" + flag));
        CHECK(contains(text, row.environment));
      }
    }
  }
}

TEST_CASE("what is required and not set is named") {
  for (auto const& [name, value] : required()) {
    auto environment = required();
    environment.erase(name);
    auto const text = error_of({}, environment);
    INFO(text);
    CHECK(contains(text, name + " (--"));
    CHECK(contains(text, "is not set"));
  }
}

TEST_CASE("the export's path is cleaned") {
  for (auto const& [given, clean] :
       k8s::StringMap{{"/", "/"}, {"/a//b", "/a/b"}, {"/var/nfsshare/vms/", "/var/nfsshare/vms"}})
    CHECK(options_of({"--nfs-path", given}).exports[0].path == clean);
}

TEST_CASE("exports can stand in the file") {
  ConfigFile const file(
      "exports:\n- {name: a, server: nfs.example, path: /a//, mount: /mnt/a}\n"
      "- {name: b, server: nfs.example, path: /ab, mount: /mnt/b}\n");
  auto const options = options_of(file.flag(), {{"PROVISIONER_NAME", "example.com/nfs"}});
  CHECK(options.exports ==
        std::vector<Export>{{"a", "nfs.example", "/a", "/mnt/a"}, {"b", "nfs.example", "/ab", "/mnt/b"}});
}

TEST_CASE("exports that contradict each other, or the other settings, are refused") {
  auto const refused = [](std::string const& text, k8s::Environment environment = {}, Arguments more = {}) {
    ConfigFile const file(text);
    environment["PROVISIONER_NAME"] = "example.com/nfs";
    more.insert(more.begin(), {file.flag()[0], file.flag()[1]});
    return error_of(more, environment);
  };
  std::string const one = "exports: [{name: a, server: nfs.example, path: /a, mount: /mnt/a}]\n";
  CHECK(contains(refused(one, {{"NFS_SERVER", "nfs.example"}}), "use one of them"));
  CHECK(contains(refused(one, {{"NFS_PATH", "/a"}}), "use one of them"));
  CHECK(contains(refused(one, {}, {"--nfs-server", "nfs.example"}), "use one of them"));
  CHECK(contains(refused(one + "nfs-path: /b\n"), "use one of them"));
  auto const two = [&](std::string const& second) {
    return refused("exports:\n- {name: a, server: s, path: /a, mount: /m}\n- " + second + "\n");
  };
  CHECK(contains(two("{name: a, server: s, path: /b, mount: /n}"), "two exports are named \"a\""));
  CHECK(contains(two("{name: b, server: s, path: /a, mount: /n}"), "overlap"));
  CHECK(contains(two("{name: b, server: s, path: /a/b, mount: /n}"), "overlap"));
  CHECK(contains(two("{name: b, server: s, path: /, mount: /n}"), "overlap"));
  CHECK(contains(two("{name: b, server: S., path: /a/b, mount: /n}"), "overlap"));
  CHECK(contains(two("{name: b, server: t, path: /b, mount: /m}"), "mounted in one another, at /m and /m"));
  CHECK(contains(two("{name: b, server: t, path: /b, mount: /m//n/}"), "mounted in one another"));
  CHECK(contains(two("{name: b, server: t, path: /b, mount: /}"), "mounted in one another"));
  CHECK(contains(two("{name: b, server: s, path: b, mount: /n}"), "path of export \"b\""));
  CHECK(contains(two("{name: b, server: s, path: /b, mount: n}"), "absolute"));
  CHECK(
      refused("exports:\n- {name: a, server: s, path: /a, mount: /m}\n- {name: b, server: t, path: /a, mount: /n}\n") ==
      "accepted");
}

TEST_CASE("an unknown flag, a flag without its value, and a stray word are usage errors") {
  for (auto const& arguments :
       std::vector<Arguments>{{"--nfs-sever", "x"}, {"--workers"}, {"serve"}, {"check", "run"}, {"--a\nb"}}) {
    auto const text = error_of(arguments);
    INFO(text);
    CHECK(contains(text, "nfs-subdir-provisioner: "));
  }
}

TEST_CASE("glog's flags are accepted, as upstream's program took them, with a warning") {
  for (auto const& arguments : std::vector<Arguments>{{"-logtostderr"},
                                                      {"--logtostderr=true"},
                                                      {"-v=4"},
                                                      {"--v=4"},
                                                      {"-v", "4"},
                                                      {"--stderrthreshold", "INFO", "-alsologtostderr"},
                                                      {"-vmodule=a=1", "-log_backtrace_at=:0", "-log_dir=/tmp"}}) {
    auto given = arguments;
    given.insert(given.end(), {"--workers", "3"});
    auto const read = read_command_line(given, required());
    REQUIRE(std::holds_alternative<CommandLine>(read));
    CHECK(std::get<CommandLine>(read).options.workers == 3);
    CHECK(std::get<CommandLine>(read).warnings.size() == 1);
  }
  auto const plain = read_command_line({}, required());
  CHECK(std::get<CommandLine>(plain).warnings.empty());
}

TEST_CASE("help and version end with 0, whatever is set") {
  auto const help = std::get<PrintAndExit>(read_command_line({"--help"}, {}));
  CHECK(help.code == 0);
  for (auto const& setting : settings()) {
    INFO(setting.flag);
    CHECK(contains(help.text, setting.flag));
    if (!setting.environment.empty()) CHECK(contains(help.text, fmt::format("[{}]", setting.environment)));
  }
  auto const version = std::get<PrintAndExit>(read_command_line({"--version"}, {}));
  CHECK(version.code == 0);
  CHECK(version.text == version_line() + "\n");
  CHECK(version.text.starts_with("nfs-subdir-provisioner " + program_version()));
}

TEST_CASE("the verbs are told apart") {
  auto const verb = [](Arguments const& arguments) {
    return std::get<CommandLine>(read_command_line(arguments, required())).verb;
  };
  CHECK(verb({}) == Verb::run);
  CHECK(verb({"check"}) == Verb::check);
  CHECK(verb({"check", "--workers", "3"}) == Verb::check);
  CHECK(verb({"settings"}) == Verb::settings);
  CHECK(std::get<CommandLine>(read_command_line({"settings"}, {})).verb == Verb::settings);
}

TEST_CASE("to adopt an export takes the settings of the service, and says so only once it is to be done") {
  auto const plan = std::get<CommandLine>(read_command_line({"export", "adopt"}, required()));
  CHECK(plan.verb == Verb::export_adopt);
  CHECK(plan.options.provisioner == "example.com/nfs");
  CHECK_FALSE(plan.adopt.yes);
  CHECK_FALSE(plan.adopt.force);
  auto const done = std::get<CommandLine>(read_command_line({"export", "adopt", "b", "--yes", "--force"}, required()));
  CHECK(done.adopt.name == "b");
  CHECK(done.adopt.yes);
  CHECK(done.adopt.force);
  CHECK(std::get<PrintAndExit>(read_command_line({"export", "adopt"}, {})).code == 2);
  CHECK(std::get<PrintAndExit>(read_command_line({"export"}, required())).code == 2);
}

TEST_CASE("to remove finalizers takes a provisioner's name and a cluster, and no export") {
  auto const read = [](Arguments arguments, k8s::Environment const& environment) {
    return std::get<CommandLine>(read_command_line(std::move(arguments), environment));
  };
  k8s::Environment const least{{"PROVISIONER_NAME", "example.com/nfs"}, {"KUBECONFIG", "/k"}};
  auto const plan = read({"volumes", "remove-finalizers"}, least);
  CHECK(plan.verb == Verb::volumes_remove_finalizers);
  CHECK(plan.removal_settings.provisioner == "example.com/nfs");
  CHECK(plan.removal_settings.kubeconfig == "/k");
  CHECK(plan.removal.names.empty());
  CHECK_FALSE(plan.removal.yes);
  CHECK_FALSE(plan.removal.force);
  auto const some =
      read({"--context", "old", "volumes", "remove-finalizers", "pvc-1", "pvc-2", "--yes", "--force"}, least);
  CHECK(some.removal_settings.context == "old");
  CHECK(some.removal.names == std::vector<std::string>{"pvc-1", "pvc-2"});
  CHECK(some.removal.yes);
  CHECK(some.removal.force);
  CHECK_THAT(error_of({"volumes", "remove-finalizers"}, {}), Catch::Matchers::Contains("PROVISIONER_NAME"));
  CHECK_THAT(error_of({"volumes", "remove-finalizers"}, {{"PROVISIONER_NAME", "a/b/c"}}),
             Catch::Matchers::Contains("qualified name"));
}

TEST_CASE("a wrong age of archives is a usage error that says what is right") {
  for (std::string const age : {"0s", "5y", "-1d", "1000000w", "d", ""}) {
    CAPTURE(age);
    CHECK_THAT(error_of({"archives", "purge", "--older-than=" + age}),
               Catch::Matchers::Contains(age.empty() ? "--older-than" : "\"" + age + "\", but must be a whole number"));
  }
}

TEST_CASE("the verbs for the trash are told apart, and know how long what has no record rests") {
  auto const read = [](Arguments const& arguments) {
    return std::get<CommandLine>(read_command_line(arguments, {{"TRASH_RETENTION", "2h"}}));
  };
  auto const list = read({"trash", "list", "-o", "json"});
  CHECK(list.verb == Verb::trash_list);
  CHECK(list.arguments.json);
  CHECK(list.arguments.trash_retention == std::chrono::hours(2));
  auto const restore = read({"trash", "restore", "pvc-1", "--to", "a/b"});
  CHECK(restore.verb == Verb::trash_restore);
  CHECK(restore.arguments.name == "pvc-1");
  CHECK(restore.arguments.to == "a/b");
  CHECK(read({"trash", "restore", "pvc-1"}).arguments.to.empty());
  auto const purge = read({"trash", "purge", "--all", "--yes", "--trash-retention", "0"});
  CHECK(purge.verb == Verb::trash_purge);
  CHECK((purge.arguments.all && purge.arguments.yes));
  CHECK(purge.arguments.trash_retention == std::chrono::seconds(0));
}

TEST_CASE("the verbs for the trash refuse what they cannot do, and say what is right") {
  CHECK_THAT(error_of({"trash", "purge"}), Catch::Matchers::Contains("name what is to go, or give --all"));
  CHECK_THAT(error_of({"trash", "purge", "pvc-1", "--all"}), Catch::Matchers::Contains("--all"));
  CHECK_THAT(error_of({"trash", "restore"}), Catch::Matchers::Contains("NAME"));
  CHECK_THAT(error_of({"trash", "list", "--trash-retention", "soon"}), Catch::Matchers::Contains("--trash-retention"));
}

TEST_CASE("the verbs for nodes and pods need no settings") {
  auto const read = [](Arguments const& arguments) { return read_command_line(arguments, {}); };
  auto const tune = std::get<CommandLine>(read({"tune", "--sysctl=vm.max_map_count>=262144", "--sysctl",
                                                "vm.swappiness=1", "--nfs-client=check", "--host-root=/h"}));
  CHECK(tune.verb == Verb::tune);
  REQUIRE(tune.node.sysctls.size() == 2);
  CHECK(tune.node.sysctls[0].at_least);
  CHECK(tune.node.sysctls[1].path == "vm/swappiness");
  CHECK(tune.node.nfs_client == NfsClient::check);
  CHECK(tune.node.host_root == "/h");
  CHECK(std::get<CommandLine>(read({"tune"})).node.nfs_client == NfsClient::off);
  CHECK(std::get<CommandLine>(read({"tune", "--nfs-client=install"})).node.nfs_client == NfsClient::install);
  CHECK(std::get<CommandLine>(read({"try-volume", "/v"})).node.directory == "/v");
  CHECK(std::get<CommandLine>(read({"idle"})).verb == Verb::idle);
  for (auto const& wrong :
       std::vector<Arguments>{{"tune", "--sysctl=x"}, {"tune", "--nfs-client=remove"}, {"try-volume"}}) {
    INFO(wrong.back());
    CHECK(std::get<PrintAndExit>(read(wrong)).code == 2);
  }
}

TEST_CASE("an HTTP address that is none is a usage error that names the setting") {
  auto const* const text = GENERATE("8080", "localhost:8080", ":http", "none", ":99999");
  CHECK(contains(error_of({"--http-address", text}), "HTTP_ADDRESS (--http-address) is \"" + std::string(text)));
}

TEST_CASE("clusters take has the cluster's id, whether it is to be done and forced, and whether nobody may take over") {
  auto const arguments_of = [](Arguments given, k8s::Environment const& environment = {}) {
    auto const read = read_command_line(std::move(given), environment);
    auto const& command = std::get<CommandLine>(read);
    CHECK(command.verb == Verb::clusters_take);
    return command.arguments;
  };
  auto const plain = arguments_of({"clusters", "take", "old-id"});
  CHECK(plain.name == "old-id");
  CHECK_FALSE(plain.yes);
  CHECK_FALSE(plain.force);
  CHECK_FALSE(plain.take_over_never);
  auto const all = arguments_of({"clusters", "take", "old-id", "--yes", "--force", "--cluster-id", "new-id"},
                                {{"TAKE_OVER", "never"}});
  CHECK(all.yes);
  CHECK(all.force);
  CHECK(all.take_over_never);
  CHECK(all.cluster_id == "new-id");
  CHECK(contains(error_of({"clusters", "take"}), "ID"));
  CHECK(contains(error_of({"--take-over", "always"}), "never, ask or sameName"));
}
