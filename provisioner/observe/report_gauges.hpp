#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "provisioner/web/status_report.hpp"

namespace nfs {

/// What a report says, as metrics. What is not known (space that nobody could ask for yet) is left out.
[[nodiscard]] std::vector<prometheus::MetricFamily> report_gauges(StatusReport const& report);

}  // namespace nfs
