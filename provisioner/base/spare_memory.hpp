#pragma once

namespace nfs {

/// Gives back to the system what the process has and does not use now: freed heap, and pages of code, most of which
/// only a start needs. Code that is needed again comes back by itself, from the page cache as a rule. Beside 10,000
/// volumes this took the resident memory from 33 to 20 MiB. To be called when there is nothing to do; it takes some
/// milliseconds, and other threads may go on. What cannot be given back is kept.
void return_spare_memory();

}  // namespace nfs
