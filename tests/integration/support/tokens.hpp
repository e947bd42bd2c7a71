#pragma once

#include <map>
#include <optional>
#include <string>

#include "tests/integration/support/scene.hpp"

namespace nfs::test {

/// A class whose directories are namespace/claim and whose archives come back by themselves.
[[nodiscard]] ClassSpec restoring(k8s::StringMap const& more = {});

/// Where the release of `pair` puts its directory, and the record of it.
[[nodiscard]] std::string archive_of(Pair const& pair);
[[nodiscard]] std::string record_of(Pair const& pair);

/// Writes a token that no other volume has into the volume's directory, and returns it.
std::string put_token(Scene& scene, Pair const& pair);
/// The token in the volume's directory; nullopt: none.
[[nodiscard]] std::optional<std::string> token_of(Scene& scene, Pair const& pair);

/// Until the program has logged a line about the volume of this claim that holds `part`. An Event alone may be about an
/// earlier claim of the same name.
void await_line(Scene& scene, k8s::Claim const& claim, std::string const& part);

/// Every token on the export, wherever it stands, trash included: token -> the directory that holds it. Waits until
/// each stands once: beside a rename a walk may see one twice.
[[nodiscard]] std::map<std::string, std::string> all_tokens(ExportDir const& exported);

}  // namespace nfs::test
