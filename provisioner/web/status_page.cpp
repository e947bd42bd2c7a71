#include <fmt/format.h>

#include "provisioner/base/bytes.hpp"
#include "provisioner/web/html.hpp"
#include "provisioner/web/status_report.hpp"

namespace nfs {
namespace {

// Tables become lists of labelled values where the window is narrow: no scrolling sideways.
constexpr std::string_view style = R"(
:root{color-scheme:light dark;--line:#d5d8de;--soft:#f4f5f7;--dim:#5b6270;--good:#17703b;--bad:#b3261e;--bar:#3a6ea5}
@media(prefers-color-scheme:dark){:root{--line:#3a3f4a;--soft:#22262e;--dim:#a0a7b4;--good:#5fc98a;--bad:#ff8a80;--bar:#7fb0e6}}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:70rem;padding:1.5rem 1rem 3rem;overflow-wrap:anywhere}
h1{font-size:1.4rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}
p{margin:.25rem 0}.dim{color:var(--dim)}.good{color:var(--good);font-weight:600}.bad{color:var(--bad);font-weight:600}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.4rem .75rem .4rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;color:var(--dim);font-size:.85rem;overflow-wrap:normal}
td:first-child{min-width:5rem}
td .good,td .bad{white-space:nowrap}
.n{text-align:right;font-variant-numeric:tabular-nums}
.bar{height:.5rem;background:var(--line);border-radius:.25rem;overflow:hidden;min-width:8rem}
.bar i{display:block;height:100%;background:var(--bar)}
a{color:inherit}
@media(max-width:40rem){
thead{display:none}
table,tbody,tr,td{display:block;width:100%}
tr{border:1px solid var(--line);border-radius:.4rem;margin:.5rem 0;padding:.25rem .75rem;background:var(--soft)}
td{border:0;display:flex;justify-content:space-between;gap:1rem;padding:.2rem 0;text-align:right}
td::before{content:attr(data-label);color:var(--dim);font-size:.85rem;text-align:left;flex:none}}
)";

struct Cell {
  std::string html;  ///< escaped already
  bool number = false;
};
using Row = std::vector<Cell>;

Cell text(std::string_view value) {
  return {escape_html(value)};
}
Cell number(std::uint64_t value) {
  return {std::to_string(value), true};
}

std::string table(Row const& heads, std::vector<Row> const& rows) {
  std::string html = "<table><thead><tr>";
  for (auto const& head : heads) html += fmt::format("<th{}>{}</th>", head.number ? " class=\"n\"" : "", head.html);
  html += "</tr></thead><tbody>\n";
  for (auto const& row : rows) {
    html += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i)
      html += fmt::format("<td{} data-label=\"{}\"><span>{}</span></td>", row[i].number ? " class=\"n\"" : "",
                          heads[i].html, row[i].html);
    html += "</tr>\n";
  }
  return html + "</tbody></table>\n";
}

std::string space_html(std::optional<ExportSpace> const& space) {
  if (!space) return "<span class=\"dim\">not known yet</span>";
  auto const used = space->total_bytes - std::min(space->free_bytes, space->total_bytes);
  auto const percent =
      space->total_bytes == 0 ? 0.0 : 100.0 * static_cast<double>(used) / static_cast<double>(space->total_bytes);
  return fmt::format("{} free of {}<span class=\"bar\" style=\"display:block\"><i style=\"width:{:.0f}%\"></i></span>",
                     format_bytes(space->free_bytes), format_bytes(space->total_bytes), percent);
}

Cell archives_cell(ExportStatus const& each) {
  if (each.archives_unknown.empty()) return number(each.archives);
  return text("not all known: " + each.archives_unknown);
}

Cell trash_cell(ExportStatus const& each) {
  if (!each.retention_paused) return number(each.resting_trees);
  return text(fmt::format("{}; nothing ends: our clock and the server's differ", each.resting_trees));
}

std::string exports_html(StatusReport const& report) {
  std::vector<Row> rows;
  for (auto const& each : report.exports) {
    auto const state = each.trouble.empty()
                           ? std::string("<span class=\"good\">ready</span>")
                           : fmt::format("<span class=\"bad\">not ready</span>: {}", escape_html(each.trouble));
    rows.push_back({text(each.name),
                    text(each.server + ":" + each.path),
                    {state},
                    {space_html(each.space)},
                    archives_cell(each),
                    trash_cell(each),
                    number(each.purge_backlog),
                    number(each.hung_calls)});
  }
  return table({text("Export"),
                text("Where"),
                text("State"),
                text("Space"),
                {"Archives", true},
                {"In the trash", true},
                {"Being removed", true},
                {"Hung calls", true}},
               rows);
}

std::string watches_html(StatusReport const& report) {
  if (report.watches.empty()) return "<p class=\"dim\">Nothing is watched yet.</p>\n";
  std::vector<Row> rows;
  for (auto const& each : report.watches) {
    auto const state = each.trouble.empty()
                           ? std::string("<span class=\"good\">ok</span>")
                           : fmt::format("<span class=\"bad\">failed</span>: {}", escape_html(each.trouble));
    auto const age = std::chrono::duration_cast<std::chrono::seconds>(each.age);
    rows.push_back({text(each.kind), {state}, text(format_duration(age) + " ago"), number(each.unreadable)});
  }
  return table({text("Objects"), text("State"), text("Last heard"), {"Cannot be read", true}}, rows);
}

// Nothing where no tree is stuck.
std::string stuck_html(StatusReport const& report) {
  std::vector<Row> rows;
  for (auto const& each : report.exports) {
    for (auto const& tree : each.first_stuck) rows.push_back({text(each.name), text(tree.volume), text(tree.cause)});
    if (each.stuck_trees > each.first_stuck.size())
      rows.push_back(
          {text(each.name), text(fmt::format("and {} more", each.stuck_trees - each.first_stuck.size())), text("")});
  }
  if (rows.empty()) return {};
  return "<h2>In the trash, and cannot be removed</h2>\n" + table({text("Export"), text("Volume"), text("Why")}, rows);
}

std::string classes_html(StatusReport const& report) {
  if (report.classes.empty()) return "<p class=\"dim\">No StorageClass names this provisioner.</p>\n";
  Row heads{text("Class"), {"Claims waiting", true}};
  for (auto const phase : volume_phases) heads.push_back({std::string(phase), true});
  std::vector<Row> rows;
  for (auto const& each : report.classes) {
    Row row{text(each.name), number(each.waiting_claims)};
    for (auto const count : each.volumes) row.push_back(number(count));
    rows.push_back(std::move(row));
  }
  return table(heads, rows);
}

std::string recent_errors_html(StatusReport const& report) {
  if (report.recent_errors.empty()) return "<p class=\"dim\">None since the start.</p>\n";
  std::vector<Row> rows;
  for (auto const& each : report.recent_errors) {
    auto const ago = std::chrono::duration_cast<std::chrono::seconds>(report.now - each.last);
    rows.push_back({text(format_duration(ago) + " ago"), text(each.what), text(each.storage_class), text(each.cause),
                    number(each.count)});
  }
  return table({text("Last"), text("What"), text("Class"), text("Why"), {"Times", true}}, rows);
}

}  // namespace

std::string status_page(StatusReport const& report) {
  auto const up = std::chrono::duration_cast<std::chrono::seconds>(report.now - report.started);
  std::string html =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n";
  html += fmt::format("<title>{} - nfs-subdir-provisioner</title>\n<style>{}</style></head><body>\n",
                      escape_html(report.provisioner), style);
  html += fmt::format("<h1>{}</h1>\n<p class=\"dim\">nfs-subdir-provisioner {} (commit {}), up for {}</p>\n",
                      escape_html(report.provisioner), escape_html(report.version), escape_html(report.commit),
                      format_duration(up));
  html += is_ready(report) ? "<p><span class=\"good\">Ready</span>" : "<p><span class=\"bad\">Not ready</span>";
  html += report.leading ? ", leading" : ", standing by: another replica leads";
  if (!report.lease.empty()) html += fmt::format(" <span class=\"dim\">(lease {})</span>", escape_html(report.lease));
  if (!report.caches_synced) html += "; the first lists from the API server are not in yet";
  html += "</p>\n<h2>Exports</h2>\n" + exports_html(report) + stuck_html(report);
  html += "<h2>Watches of the API server</h2>\n" + watches_html(report);
  html += "<h2>Volumes by class and phase</h2>\n" + classes_html(report);
  html += "<h2>Last errors</h2>\n" + recent_errors_html(report);
  html += fmt::format(
      "<p class=\"dim\" style=\"margin-top:2rem\">As of {}. <a href=\"/metrics\">Metrics</a>, "
      "<a href=\"/readyz\">readiness</a>. Details of an error are in the Events of the claim or volume.</p>\n"
      "</body></html>\n",
      k8s::to_rfc3339(report.now));
  return html;
}

}  // namespace nfs
