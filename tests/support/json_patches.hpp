#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace test {

/// RFC 7386.
void merge(boost::json::value& into, boost::json::value const& patch);
/// A strategic merge patch of `present` as the merge patch that does the same. The lists of metadata.finalizers alone
/// are sets.
[[nodiscard]] boost::json::value resolve_strategic(boost::json::value patch, boost::json::value const& present);
/// object.parent.member; empty if it is not there.
[[nodiscard]] std::string text_at(boost::json::value const& object, std::string_view parent, std::string_view member);
[[nodiscard]] bool has_finalizers(boost::json::value const& object);

}  // namespace test
