#include "oracle/native.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 4096u

struct native {
    u8 code[PAGE];
};

struct native *native_new(void)
{
    void *page =
        mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? NULL : page;
}

void native_free(struct native *native)
{
    munmap(native, PAGE);
}

/* Saves RBX, RBP, R15; R15 = state; flags and seven registers are loaded. */
static const u8 head[] = {
    0x53, 0x55, 0x41, 0x57,                         /* push rbx; push rbp; push r15 */
    0x49, 0x89, 0xff,                               /* mov r15, rdi */
    0x41, 0xff, 0x77, 0x20, 0x9d,                   /* push [r15 + rflags]; popfq */
    0x41, 0x8b, 0x47, 0x00, 0x41, 0x8b, 0x4f, 0x04, /* mov eax, ecx, ... from [r15 + 4 * n] */
    0x41, 0x8b, 0x57, 0x08, 0x41, 0x8b, 0x5f, 0x0c, 0x41, 0x8b,
    0x6f, 0x14, 0x41, 0x8b, 0x77, 0x18, 0x41, 0x8b, 0x7f, 0x1c,
};
static const u8 tail[] = {
    0x41, 0x89, 0x47, 0x00, 0x41, 0x89, 0x4f, 0x04, /* mov to [r15 + 4 * n] */
    0x41, 0x89, 0x57, 0x08, 0x41, 0x89, 0x5f, 0x0c, 0x41, 0x89, 0x6f, 0x14, 0x41,
    0x89, 0x77, 0x18, 0x41, 0x89, 0x7f, 0x1c, 0x9c, 0x41, 0x8f, 0x47, 0x20, /* pushfq; pop [r15 +
                                                                               rflags] */
    0x41, 0x5f, 0x5d, 0x5b, 0xc3, /* pop r15; pop rbp; pop rbx; ret */
};
_Static_assert(offsetof(struct native_state, rflags) == 0x20, "the code above knows the place");

static sigjmp_buf divided;

static void on_divide_error(int number)
{
    siglongjmp(divided, number);
}

bool native_run(struct native *native, const u8 *code, u32 length, struct native_state *state)
{
    void (*run)(struct native_state *);
    struct sigaction action = {.sa_handler = on_divide_error, .sa_flags = SA_NODEFER};
    struct native_state before = *state;
    u8 *at = native->code;
    memcpy(at, head, sizeof head);
    memcpy(at + sizeof head, code, length);
    memcpy(at + sizeof head + length, tail, sizeof tail);
    memcpy(&run, &at, sizeof run);
    sigaction(SIGFPE, &action, NULL);
    if (sigsetjmp(divided, 0)) {
        *state = before;
        return false;
    }
    run(state);
    return true;
}
