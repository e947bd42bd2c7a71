#include "provisioner/core/path_pattern.hpp"

#include <string>
#include <vector>

#include <rapidcheck.h>

#include "core_fixtures.hpp"
#include "tests/support/catch.hpp"

namespace nfs {
namespace {

using namespace testing;
using namespace std::string_literals;

k8s::Claim claim() {
  auto result = golden_claim({{"nfs.io/storage-path", "test-path"},
                              {"a", "${.PVC.name}"},
                              {"b", "${.PVC.labels.app}"},
                              {"half", "${.PVC."},
                              {"blank", ""},
                              {"${.PVC.name", "nested"}});
  result.meta.labels = {{"app", "shop"}, {"app.kubernetes.io/name", "shop.one"}, {"none", ""}, {"half", "name}"}};
  return result;
}

OrRefusal<std::string> expand(std::string const& pattern, OnMissingKey on_missing_key) {
  return expand_path_pattern(pattern, claim(), "pvc-UID", on_missing_key);
}

std::string shown(OrRefusal<std::string> const& result) {
  return is_refused(result) ? "refused: " + message_of(result) : std::get<std::string>(result);
}

TEST_CASE("${cluster} stands for the cluster, in any class") {
  for (auto const mode : {OnMissingKey::refuse, OnMissingKey::empty}) {
    CHECK(std::get<std::string>(expand_path_pattern("${cluster}/${.PVC.name}", claim(), "pvc-UID", mode, "prod")) ==
          "prod/" + claim().meta.name);
    CHECK(is_refused(expand_path_pattern("${cluster}", claim(), "pvc-UID", mode)));
  }
}

TEST_CASE("A pattern whose placeholders have values expands to the same text in both modes") {
  struct Row {
    std::string pattern;
    std::string text;
  };
  auto const row = GENERATE(values<Row>({
      {"", ""},
      {"plain/text", "plain/text"},
      {"${.PVC.name}", "web"},
      {"${.PVC.namespace}/${.PVC.name}", "team-a/web"},
      {"${.PVC.uid}", "UID"},
      {"${.PV.name}", "pvc-UID"},
      {"${.PVC.name}${.PVC.name}", "webweb"},
      {"${.PVC.labels.app}", "shop"},
      {"${.PVC.labels.app.kubernetes.io/name}", "shop.one"},
      {"${.PVC.annotations.nfs.io/storage-path}", "test-path"},
      // Fallbacks.
      {"${.PVC.annotations.x:-text}", "text"},
      {"${.PVC.labels.x:-text}", "text"},
      {"${.PVC.annotations.blank:-text}", "text"},
      {"${.PVC.labels.none:-text}", "text"},
      {"${.PVC.labels.app:-text}", "shop"},
      {"[${.PVC.annotations.x:-}]", "[]"},
      {"${.PVC.annotations.x:-a/b:-c}", "a/b:-c"},
      {"${.PVC.annotations.x:-${.PVC.name}", "${.PVC.name"},
      {"${.PVC.annotations.x:-${.PVC.name}}", "${.PVC.name}"},
      // Values are never expanded again, also not together with what follows them.
      {"${.PVC.annotations.a}-${.PVC.name}", "${.PVC.name}-web"},
      {"${.PVC.annotations.b}/${.PVC.labels.app}", "${.PVC.labels.app}/shop"},
      {"${.PVC.annotations.half}name}", "${.PVC.name}"},
      {"${.PVC.annotations.half}${.PVC.labels.half}", "${.PVC.name}"},
      // A KEY runs to the first brace.
      {"${.PVC.annotations.${.PVC.name}}", "nested}"},
      // All else is literal; there is no escape.
      {"$${.PVC.name}", "$web"},
      {"$$", "$$"},
      {"$", "$"},
      {"\\${.PVC.name}", "\\web"},
      {"${.PVC.name", "${.PVC.name"},
      {"${.PVC.annotations.a", "${.PVC.annotations.a"},
      {"{.PVC.name}", "{.PVC.name}"},
      {"{{.PVC.name}", "{{.PVC.name}"},
      {"$(namespace)", "$(namespace)"},
      {"${name\nspace}", "${name\nspace}"},
      {"${.PVC.na\nme}", "${.PVC.na\nme}"},
      {"}${", "}${"},
  }));
  auto const mode = GENERATE(OnMissingKey::refuse, OnMissingKey::empty);
  INFO(row.pattern);
  CHECK(shown(expand(row.pattern, mode)) == row.text);
}

TEST_CASE("A placeholder without value refuses the claim, by the name of its key; or is empty if the class says so") {
  struct Row {
    std::string pattern;
    std::string key;  // as the message shows it
    std::string when_empty;
  };
  auto const row = GENERATE(values<Row>({
      {"a${.PVC.annotations.x}b", "annotation \"x\"", "ab"},
      {"a${.PVC.labels.x}b", "label \"x\"", "ab"},
      {"${.PVC.annotations.blank}", "annotation \"blank\"", ""},
      {"${.PVC.labels.none}", "label \"none\"", ""},
      {"${.PVC.labels.App}", "label \"App\"", ""},
      {"${.PVC.labels.app }", "label \"app \"", ""},
      {"${.PVC.annotations.app}", "annotation \"app\"", ""},
      {"${.PVC.annotations.nfs.io/other}", "annotation \"nfs.io/other\"", ""},
      {"${.PVC.annotations.x:text}", "annotation \"x:text\"", ""},
  }));
  auto const message = message_of(expand(row.pattern, OnMissingKey::refuse));
  INFO(message);
  CHECK(contains(message, row.key));
  CHECK(contains(message, "class parameter pathPattern"));
  CHECK(contains(message, "onMissingKey"));
  CHECK(is_one_line(message));
  CHECK(shown(expand(row.pattern, OnMissingKey::empty)) == row.when_empty);
}

TEST_CASE("A value that is longer than any path refuses the claim by the name of its key, also with a fallback") {
  auto const* const pattern = GENERATE("${.PVC.labels.app}", "${.PVC.labels.app:-text}");
  auto const mode = GENERATE(OnMissingKey::refuse, OnMissingKey::empty);
  auto labelled = golden_claim();
  labelled.meta.labels["app"] = std::string(longest_path + 1, 'v');
  auto const message = message_of(expand_path_pattern(pattern, labelled, "pvc-UID", mode));
  INFO(message);
  CHECK(contains(message, "label \"app\" has more than 4095 bytes"));
  CHECK(is_one_line(message));
  labelled.meta.labels["app"].pop_back();
  CHECK_FALSE(is_refused(expand_path_pattern(pattern, labelled, "pvc-UID", mode)));
}

TEST_CASE("An unknown placeholder is refused, and the known ones are named; or is what upstream made of it") {
  struct Row {
    std::string pattern;
    std::string name;
    std::string when_empty;
  };
  auto const row = GENERATE(values<Row>({
      {"a/${.PVC.Name}", "${.PVC.Name}", "a/"},
      {"a/${.PVC.labels}", "${.PVC.labels}", "a/"},
      {"${.PVC.labels.}", "${.PVC.labels.}", ""},
      {"${.PVC.annotations.:-x}", "${.PVC.annotations.:-x}", ""},
      {"${.PVC.}", "${.PVC.}", ""},
      {"${.PVC.spec}", "${.PVC.spec}", ""},
      {"${.PVC.name:-x}", "${.PVC.name:-x}", ""},
      {"${.PVC. name}", "${.PVC. name}", ""},
      {"${.PV.uid}", "${.PV.uid}", "${.PV.uid}"},
      {"${.PV.}", "${.PV.}", "${.PV.}"},
      {"${.PV.labels.app}", "${.PV.labels.app}", "${.PV.labels.app}"},
  }));
  auto const message = message_of(expand(row.pattern, OnMissingKey::refuse));
  INFO(message);
  CHECK(contains(message, "placeholder \"" + row.name + "\" is unknown"));
  CHECK(contains(message, "${.PVC.name}, ${.PVC.namespace}, ${.PVC.uid}, ${.PV.name}, ${.PVC.labels.KEY}"));
  CHECK(contains(message, "class parameter pathPattern"));
  CHECK(is_one_line(message));
  CHECK(shown(expand(row.pattern, OnMissingKey::empty)) == row.when_empty);
}

TEST_CASE("A placeholder that is not ours is refused with the right spelling; or is literal, as it is to upstream") {
  struct Row {
    std::string written;
    std::string meant;  // empty: nobody can tell
  };
  auto const row = GENERATE(values<Row>({
      {"${namespace}", "${.PVC.namespace}"},
      {"${name}", "${.PVC.name}"},
      {"${pvc.metadata.name}", "${.PVC.name}"},
      {"${pvc.metadata.namespace}", "${.PVC.namespace}"},
      {"${pvc.metadata.uid}", "${.PVC.uid}"},
      {"${pvc.metadata.labels.app}", "${.PVC.labels.app}"},
      {"${pvc.metadata.annotations['a']}", "${.PVC.annotations.KEY}"},
      {"${.pvc.labels}", "${.PVC.labels.KEY}"},
      {"${pv.metadata.name}", "${.PV.name}"},
      {"{{ .PVC.Name }}", "${.PVC.name}"},
      {"{{.PVC.Namespace}}", "${.PVC.namespace}"},
      {"{{ .PVC.labels.app.kubernetes.io/name }}", "${.PVC.labels.app.kubernetes.io/name}"},
      {"${.pvc.name}", "${.PVC.name}"},
      {"${ .PVC.name }", "${.PVC.name}"},
      {"${PVC.name}", "${.PVC.name}"},
      {"${PVC_NAMESPACE}", "${.PVC.namespace}"},
      {"${pvcName}", "${.PVC.name}"},
      {"${.PersistentVolumeClaim.Name}", "${.PVC.name}"},
      {"${.PVC}", ""},
      {"${}", ""},
      {"${node.name}", ""},
      {"${storageClassName}", ""},
      {"${storageclass.labels.x}", ""},
      {"{{}}", ""},
  }));
  auto const pattern = "a/" + row.written + "/${.PVC.uid}";
  auto const message = message_of(expand(pattern, OnMissingKey::refuse));
  INFO(message);
  CHECK(contains(message, "placeholder \"" + row.written + "\" is unknown" +
                              (row.meant.empty() ? "; known are" : " (did you mean " + row.meant + "?)")));
  CHECK(contains(message, "class parameter pathPattern"));
  CHECK(is_one_line(message));
  CHECK(shown(expand(pattern, OnMissingKey::empty)) == "a/" + row.written + "/UID");
}

TEST_CASE("A placeholder in the wrong case gets a hint") {
  CHECK(contains(message_of(expand("${.PVC.NameSpace}", OnMissingKey::refuse)), "did you mean ${.PVC.namespace}?"));
  CHECK(contains(message_of(expand("${.PVC.labels}", OnMissingKey::refuse)), "did you mean ${.PVC.labels.KEY}?"));
  CHECK_FALSE(contains(message_of(expand("${.PVC.spec}", OnMissingKey::refuse)), "did you mean"));
}

TEST_CASE("What leads nowhere is cleaned where the class has written it, and refused where a value brings it in") {
  struct Row {
    std::string pattern;
    std::string value;
    std::string wanted;  // the directory, or what the refusal says
  };
  constexpr auto slash = "an empty component: take the \"/\" that is too many out of it";
  constexpr auto dot = "a component \".\": take it out";
  auto const row = GENERATE_COPY(values<Row>({
      {"a//${.PVC.annotations.v}//b/", "x", "a/x/b"}, {"./a/./${.PVC.annotations.v}/.", "x", "a/x"},
      {"${.PVC.annotations.v}", "x/y", "x/y"},        {"${.PVC.annotations.v}y", "x/", "x/y"},
      {"a${.PVC.annotations.v}", "/x", "a/x"},        {"a/${.PVC.annotations.v}x", ".", "a/.x"},
      {"a/${.PVC.annotations.none:-}/b", "x", "a/b"}, {"a/${.PVC.annotations.none:-./b//}", "x", "a/b"},
      {"a/${.PVC.annotations.v}", "x//y", slash},     {"a/${.PVC.annotations.v}", "/x", slash},
      {"a/${.PVC.annotations.v}", "x/", slash},       {"a/${.PVC.annotations.v}/b", "x/", slash},
      {"a/${.PVC.annotations.v}", "/", slash},        {"a/${.PVC.annotations.v}", ".", dot},
      {"a/${.PVC.annotations.v}/b", ".", dot},        {"a/${.PVC.annotations.v}", "x/./y", dot},
      {"${.PVC.annotations.v}", "./x", dot},          {"a${.PVC.annotations.v}./b", "/", dot},
      {"a/${.PVC.labels.v}", "x//y", slash},
  }));
  auto const mode = GENERATE(OnMissingKey::refuse, OnMissingKey::empty);
  auto annotated = golden_claim({{"v", row.value}});
  annotated.meta.labels = {{"v", row.value}};
  ClassParameters parameters;
  parameters.path_pattern = row.pattern;
  parameters.on_missing_key = mode;
  auto const result = directory_of(annotated, parameters);
  INFO(row.pattern << " with " << row.value << ": " << text_of(result));
  if (!is_refused(result)) {
    CHECK(text_of(result) == row.wanted);
    return;
  }
  CHECK(contains(message_of(result), "class parameter pathPattern: placeholder \"${.PVC."));
  CHECK(contains(message_of(result), " has the value \"" + row.value + "\", which brings in " + row.wanted));
  CHECK(is_one_line(message_of(result)));
}

TEST_CASE("Without pattern, a claim whose names are too long together is refused with a word about the pattern") {
  auto long_named = golden_claim();
  long_named.meta.name = std::string(253, 'n');
  auto const message = message_of(directory_of(long_named, {}));
  CHECK(contains(message, "pathPattern"));
  CHECK(contains(message, "268 bytes"));
  CHECK(is_one_line(message));
}

TEST_CASE("A pattern that expands to nothing is the default layout only where missing keys are empty") {
  ClassParameters parameters;
  parameters.path_pattern = "${.PVC.annotations.x:-}";
  CHECK(is_refused(directory_of(golden_claim(), parameters)));
  parameters.on_missing_key = OnMissingKey::empty;
  CHECK(text_of(directory_of(golden_claim(), parameters)) == "team-a-web-pvc-UID");
  parameters.path_pattern = "./";  // upstream: the export's root
  CHECK(is_refused(directory_of(golden_claim(), parameters)));
}

std::string any_text() {
  static auto const hostile = rc::gen::element<std::string>("..", "/", "/../", "archived-", ".nfs-subdir-provisioner",
                                                            "\n", "\0"s, std::string(200, 'x'));
  static auto const harmless = rc::gen::element<std::string>(".", "//", "/./", "a", "b/", "/c", " ", "\xff", "${",
                                                             "${.PVC.name}", "${.PVC.annotations.v}", "}", "$", "ü");
  static auto const bytes = rc::gen::container<std::string>(rc::gen::arbitrary<char>());
  // Harmless ones mostly, or next to everything is refused and nothing is shown of what is accepted.
  static auto const piece = rc::gen::weightedOneOf<std::string>({{20, harmless}, {4, hostile}, {1, bytes}});
  std::string text;
  for (auto count = *rc::gen::inRange(0, 6); count > 0; --count) text += *piece;
  return text;
}

TEST_CASE("A pattern says whose text is in it, and whether its claims are confined to their namespace") {
  struct Case {
    char const* pattern;
    PatternTraits traits;
    bool adopts;
    bool any_directory;
  };
  constexpr bool yes = true;
  constexpr bool no = false;
  for (auto const& [pattern, traits, adopts, any_directory] : {
           Case{"", {no, no, no, no}, yes, no},
           Case{"common", {no, no, no, no}, no, no},
           Case{"${.PVC.name}", {no, no, yes, no}, no, no},
           Case{"${.PVC.namespace}/${.PVC.name}", {no, yes, yes, yes}, yes, no},
           Case{"${.PVC.namespace}-${.PVC.name}", {no, yes, yes, no}, yes, no},
           Case{"a/${.PVC.namespace}/${.PVC.annotations.p}", {yes, yes, no, yes}, yes, no},
           Case{"${.PVC.namespace}", {no, yes, no, yes}, yes, no},
           Case{"${.PVC.namespace}-${.PVC.annotations.p}", {yes, yes, no, no}, no, no},
           Case{"${.PVC.annotations.p}/${.PVC.namespace}", {yes, yes, no, no}, no, no},
           Case{"${.PVC.annotations.p}", {yes, no, no, no}, no, yes},
           Case{"${.PVC.labels.p:-x}/${.PVC.name}", {yes, no, yes, no}, no, yes},
       }) {
    INFO(pattern);
    CHECK(traits_of(pattern) == traits);
    ClassParameters parameters;
    parameters.path_pattern = pattern;
    CHECK(adopts_unrecorded(parameters) == adopts);
    CHECK(refused_pattern(parameters).has_value() == any_directory);
    parameters.allow_tenant_paths = true;
    CHECK_FALSE(refused_pattern(parameters));
    for (bool const said : {true, false}) {
      parameters.adopt_existing = said;
      CHECK(adopts_unrecorded(parameters) == said);
    }
  }
}

TEST_CASE("A pattern that begins with a slash refuses its class") {
  for (auto const on_missing_key : {OnMissingKey::refuse, OnMissingKey::empty}) {
    ClassParameters parameters;
    parameters.path_pattern = "/${.PVC.namespace}-${.PVC.name}";
    parameters.on_missing_key = on_missing_key;
    REQUIRE(refused_pattern(parameters));
    CHECK(contains(refused_pattern(parameters)->message, "without the leading \"/\""));
  }
}

TEST_CASE("A pattern with an unknown placeholder refuses its class, unless that is to be lenient") {
  for (auto const* pattern : {"${namespace}/${.PVC.name}", "${.PVC.namespace}/${.PVC.Name}", "{{ .PVC.Name }}",
                              "${.PVC.namespace}/${.PV.uid}"}) {
    INFO(pattern);
    ClassParameters parameters;
    parameters.path_pattern = pattern;
    REQUIRE(refused_pattern(parameters));
    CHECK(contains(refused_pattern(parameters)->message, "is unknown"));
    parameters.on_missing_key = OnMissingKey::empty;
    CHECK_FALSE(refused_pattern(parameters));
  }
  ClassParameters known;
  known.path_pattern = "${cluster}/${.PVC.namespace}/${.PVC.uid}-${.PV.name}";
  CHECK_FALSE(refused_pattern(known));
}

TEST_CASE("Whatever an annotation holds, the directory is below the export and not a reserved one") {
  CHECK(rc::check("directories are safe", [] {
    auto const annotated = golden_claim({{"v", any_text()}, {"w", any_text()}});
    ClassParameters parameters;
    parameters.path_pattern = *rc::gen::element<std::string>(
        "${.PVC.annotations.v}", "${.PVC.annotations.v}/${.PVC.annotations.w}", "${.PVC.annotations.v}${.PVC.name}",
        "${.PVC.namespace}/${.PVC.annotations.v}", "./${.PVC.annotations.v}${.PVC.annotations.w}",
        ".${.PVC.annotations.v}", "archived${.PVC.annotations.v}");
    parameters.on_missing_key = *rc::gen::element(OnMissingKey::refuse, OnMissingKey::empty);

    auto const result = directory_of(annotated, parameters);
    if (is_refused(result)) {
      RC_ASSERT(is_one_line(message_of(result)));
      return;
    }
    auto const text = text_of(result);
    RC_ASSERT(!text.empty() && text.size() <= 4095U);
    RC_ASSERT(!text.starts_with(".nfs-subdir-provisioner/") && text != ".nfs-subdir-provisioner");
    RC_ASSERT(!text.starts_with("archived-"));
    // Bounded by slashes, every component can be looked for as a word; a leading one would show as an empty component.
    auto const bounded = "/" + text + "/";
    RC_ASSERT(!contains(bounded, "//") && !contains(bounded, "/./") && !contains(bounded, "/../"));
    RC_ASSERT(!contains(bounded, "\n") && !contains(bounded, "\0"s));
  }));
}

}  // namespace
}  // namespace nfs
