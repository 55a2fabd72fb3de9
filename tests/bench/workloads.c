#include "workloads.h"

const char *const group_names[GROUP_COUNT] = {"plain", "system", "x87", "guest"};

// clang-format off
const struct workload workloads[] = {
    {"sieve",          GROUP_PLAIN,  MEDIUM_BARE, false, "sieve of Eratosthenes"},
    {"sieve-paged",    GROUP_PLAIN,  MEDIUM_BARE, false, "the same under paging"},
    {"sha",            GROUP_PLAIN,  MEDIUM_BARE, false, "rounds in the manner of SHA-256"},
    {"dhrystone",      GROUP_PLAIN,  MEDIUM_BARE, false, "records, strings, calls"},
    {"copy-loops",     GROUP_PLAIN,  MEDIUM_BARE, false, "copies and sums by mov"},
    {"quicksort",      GROUP_PLAIN,  MEDIUM_BARE, false, "20,000 numbers"},
    {"matrix",         GROUP_PLAIN,  MEDIUM_BARE, false, "48 x 48 integers"},
    {"byte-code",      GROUP_PLAIN,  MEDIUM_BARE, false, "an interpreter: indirect jumps"},
    {"rep-large",      GROUP_SYSTEM, MEDIUM_BARE, false, "rep movs, stos of 64 KB"},
    {"rep-short",      GROUP_SYSTEM, MEDIUM_BARE, false, "rep movs, stos of 1 to 64 bytes"},
    {"chase-4mb",      GROUP_SYSTEM, MEDIUM_BARE, true,  "pointer chase under paging"},
    {"code-16",        GROUP_SYSTEM, MEDIUM_BARE, false, "real-mode code"},
    {"tlb-flush",      GROUP_SYSTEM, MEDIUM_BARE, false, "CR3 load each 256 touches"},
    {"page-fault",     GROUP_SYSTEM, MEDIUM_BARE, false, "faults handled in ring 0"},
    {"int-80h",        GROUP_SYSTEM, MEDIUM_BARE, false, "system calls from ring 3"},
    {"stack-switch",   GROUP_SYSTEM, MEDIUM_BARE, false, "threads in software"},
    {"task-switch",    GROUP_SYSTEM, MEDIUM_BARE, false, "jumps to task states"},
    {"modify-near",    GROUP_SYSTEM, MEDIUM_BARE, false, "changes code of its own page"},
    {"modify-far",     GROUP_SYSTEM, MEDIUM_BARE, false, "changes code of another page"},
    {"port-io",        GROUP_SYSTEM, MEDIUM_BARE, false, "in and out"},
    {"vga-text",       GROUP_SYSTEM, MEDIUM_BARE, false, "fills and scrolls the screen"},
    {"segments",       GROUP_SYSTEM, MEDIUM_BARE, false, "segment loads, far calls"},
    {"mandelbrot",     GROUP_X87,    MEDIUM_BARE, false, "double precision"},
    {"n-body",         GROUP_X87,    MEDIUM_BARE, false, "double precision, square roots"},
    {"fork-exit",      GROUP_GUEST,  MEDIUM_DISK, false, "20 children"},
    {"fork-exec",      GROUP_GUEST,  MEDIUM_DISK, false, "20 programs"},
    {"pipe-ping-pong", GROUP_GUEST,  MEDIUM_DISK, false, "200 turns of a byte"},
    {"fresh-heap",     GROUP_GUEST,  MEDIUM_DISK, false, "256 pages on demand"},
    {"file-copy",      GROUP_GUEST,  MEDIUM_DISK, true,  "256 KB"},
    {"sort-1mb",       GROUP_GUEST,  MEDIUM_DISK, true,  "65,536 lines"},
    {"script-500",     GROUP_GUEST,  MEDIUM_DISK, false, "shell, 500 commands"},
};
// clang-format on
const unsigned workload_count = sizeof workloads / sizeof *workloads;

const char *workload_nothing(enum medium medium)
{
    return medium == MEDIUM_BARE ? "nothing" : "system-nothing";
}
