#include "provisioner/service/claim_reminder.hpp"

namespace nfs {

void ClaimReminder::run(std::stop_token stop) const {
  constexpr std::chrono::minutes again_after{45};
  while (clock_.wait_for(again_after, stop)) look_again_();
}

}  // namespace nfs
