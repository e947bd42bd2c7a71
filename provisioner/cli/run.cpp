#include "provisioner/cli/run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <random>
#include <thread>

#include "k8s/auth/transport.hpp"
#include "k8s/http/observed_transport.hpp"
#include "k8s/leader/choose_lock.hpp"
#include "k8s/leader/elector.hpp"
#include "provisioner/base/host.hpp"
#include "provisioner/base/version.hpp"
#include "provisioner/cli/check.hpp"
#include "provisioner/cli/cluster_access.hpp"
#include "provisioner/cli/cluster_verbs.hpp"
#include "provisioner/cli/settings_table.hpp"
#include "provisioner/cli/trash_verbs.hpp"
#include "provisioner/observe/web_front.hpp"
#include "provisioner/service/service.hpp"

namespace nfs {
namespace {

using namespace std::chrono_literals;

constexpr auto grace = 5s;
constexpr auto look_every = 5s;

std::string user_agent() {
  return fmt::format("nfs-subdir-provisioner/{} ({})", program_version(), program_commit());
}

// Taken from the default, which kills, before anything else is done: those that come early wait for the main loop.
struct Signals {
  boost::asio::io_context context{1};
  boost::asio::signal_set set{context, SIGTERM, SIGINT};
};

// The main thread: signals and the clock of the watchdog. Never touches the export, so it always answers.
class MainLoop {
 public:
  MainLoop(Signals& signals, Service& service, k8s::Log const& log)
      : service_(service), log_(log), context_(signals.context), signals_(signals.set), timer_(context_) {}

  /// Until a signal comes (0), or fail() is called (1).
  [[nodiscard]] int run() {
    wait_for_signal();
    wait_for_timer();
    context_.run();
    return failed_ ? 1 : 0;
  }

  /// From any thread.
  void fail() {
    failed_ = true;
    context_.stop();
  }

 private:
  void wait_for_signal() {
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (error) return;
      log_.info(fmt::format("{}: ending", signal == SIGTERM ? "SIGTERM" : "SIGINT"));
      // Ending takes `grace` at the most; a second signal changes nothing, not the exit status either.
      timer_.cancel();
      context_.stop();
    });
  }

  void wait_for_timer() {
    timer_.expires_after(look_every);
    timer_.async_wait([this](boost::system::error_code error) {
      if (error) return;
      service_.look_at_exports();
      wait_for_timer();
    });
  }

  Service& service_;
  k8s::Log const& log_;
  boost::asio::io_context& context_;
  boost::asio::signal_set& signals_;
  boost::asio::steady_timer timer_;
  std::atomic<bool> failed_ = false;
};

// Not two of these are equal: a container that starts again in its pod must not take its forerunner's lease for its
// own.
std::string new_identity() {
  std::random_device source;
  return fmt::format("{}_{:08x}{:08x}", host_name(), source(), source());
}

k8s::ElectorOptions elector_options(Options const& options) {
  return {.name_space = options.lease_namespace,
          .name = k8s::lock_name(options.provisioner),
          .identity = new_identity(),
          .times = options.election};
}

/// One replica with all that it is made of, each part after those that it uses.
class Replica {
 public:
  Replica(Signals& signals, Options options, std::string const& server, k8s::Transport& transport, k8s::Log const& log)
      : log_(log),
        alone_(!options.leader_election),
        election_(elector_options(options)),
        metrics_(options.exports, server, clock_),
        observed_(transport, [this](k8s::Method method, int status) { metrics_.requests().count(method, status); }),
        service_(std::move(options), observed_, term_, clock_, log, metrics_),
        front_([this] { return service_.status(); }, metrics_, clock_),
        web_(signals.context, front_.routes()),
        loop_(signals, service_, log),
        elector_(observed_, election_, term_, clock_, log) {}

  /// Gives the port.
  [[nodiscard]] k8s::Result<std::uint16_t> listen(ListenAddress const& address) { return web_.listen(address); }

  /// Serves until the main loop ends; gives the exit status.
  [[nodiscard]] int run() {
    if (alone_) lead();
    service_.start();
    if (!alone_) take_part();
    int const code = loop_.run();
    if (!service_.stop(grace)) {
      // What is under way may yet be done: the lease, if there is one, is left to run out.
      log_.warning("a file system call has not come back; ending without it");
      std::_Exit(code);
    }
    taking_part_ = {};
    elector_.release();
    log_.info("ended");
    return code;
  }

 private:
  void lead() {
    term_.hold();
    service_.lead();
  }

  void take_part() {
    taking_part_ = std::jthread([this](std::stop_token stop) {
      elector_.run({.elected = [this](k8s::ObjectReference const& lock) { service_.lead(lock, election_.identity); },
                    .lost = [this] { loop_.fail(); }},
                   stop);
    });
  }

  k8s::Log const& log_;
  k8s::Clock const& clock_ = k8s::system_clock();
  bool const alone_;
  k8s::ElectorOptions const election_;
  Metrics metrics_;
  k8s::ObservedTransport observed_;
  k8s::Term term_{clock_};
  Service service_;
  WebFront front_;
  HttpServer web_;
  MainLoop loop_;
  k8s::Elector elector_;
  std::jthread taking_part_;
};

int serve(Signals& signals, Options options, k8s::ClusterAccess access, k8s::Log const& log) {
  auto const server = access.server;
  auto transport = k8s::make_transport(std::move(access), user_agent());
  if (transport.has_error()) {
    log.error(transport.error().message);
    return 1;
  }
  auto const address = options.http_address;
  auto const provisioner = options.provisioner;
  Replica replica(signals, std::move(options), server, **transport, log);
  auto const port = address ? replica.listen(*address) : k8s::Result<std::uint16_t>(0);
  if (port.has_error()) {
    log.error(port.error().message);
    return 1;
  }
  log.info(version_line(), {{"server", server}, {"provisioner", provisioner}});
  if (address) log.info("listening", {{"http", to_string(ListenAddress{address->host, *port})}});
  return replica.run();
}

int print(std::string const& text, int code) {
  std::fputs(text.c_str(), code == 0 ? stdout : stderr);
  return code;
}

int run_export_verb(CommandLine const& command) {
  auto const files = open_file_system(command.arguments.mount);
  Terminal const terminal{std::cin, std::cout, std::cerr, ::isatty(STDOUT_FILENO) == 1};
  switch (command.verb) {
    case Verb::archives_list:
      return list_archives(command.arguments, *files, terminal);
    case Verb::archives_restore:
      return restore_archive(command.arguments, *files, terminal);
    case Verb::archives_purge:
      return purge_archives(command.arguments, *files, terminal);
    case Verb::trash_list:
      return list_trash(command.arguments, *files, terminal);
    case Verb::trash_restore:
      return restore_trash(command.arguments, *files, terminal);
    case Verb::trash_purge:
      return purge_trash(command.arguments, *files, terminal);
    case Verb::clusters_list:
      return list_clusters(command.arguments, *files, terminal);
    case Verb::clusters_take:
      return take_cluster(command.arguments, *files, terminal);
    default:
      return list_volumes(command.arguments, *files, terminal);
  }
}

}  // namespace

int run_program(std::vector<std::string> arguments, k8s::Environment const& environment) {
  auto read = read_command_line(std::move(arguments), environment);
  if (auto const* print_and_exit = std::get_if<PrintAndExit>(&read))
    return print(print_and_exit->text, print_and_exit->code);
  auto& command = std::get<CommandLine>(read);
  if (command.verb == Verb::settings) return print(settings_table(), 0);
  if (command.verb == Verb::check) return run_check(command.options, environment);
  if (command.verb == Verb::export_adopt)
    return run_adopt(command.adopt, command.options, environment, {std::cin, std::cout, std::cerr});
  if (command.verb == Verb::volumes_remove_finalizers)
    return run_remove_finalizers(command.removal, command.removal_settings, environment,
                                 {std::cin, std::cout, std::cerr});
  if (command.verb == Verb::tune) return run_tune(command.node);
  if (command.verb == Verb::try_volume) return run_try_volume(command.node);
  if (command.verb == Verb::idle) return run_idle();
  if (command.verb != Verb::run) return run_export_verb(command);

  Signals signals;
  k8s::Log const log(command.options.log_level, command.options.log_format);
  for (auto const& warning : command.warnings) log.warning(warning);
  auto access = cluster_access(command.options, environment);
  if (access.has_error()) {
    log.error(access.error().message);
    return 1;
  }
  for (auto const& warning : access->warnings) log.warning(warning);
  command.options.lease_namespace = lease_namespace(command.options, *access);
  command.options.cluster.stand_in = cluster_stand_in(*access);
  return serve(signals, std::move(command.options), std::move(*access), log);
}

}  // namespace nfs
