/* Floating point: the Mandelbrot set and five bodies under gravity, in double precision. */
#include "kernel.h"

#define WIDTH 64
#define HEIGHT 48
#define ITERATIONS 50
#define BODIES 5
#define STEPS 1000

static u32 resume_at;

/* Without a 387 the processor may also raise #NM or #UD: go on behind the probe. */
static int absent(struct frame *frame)
{
    frame->eip = resume_at;
    return 0;
}

/* FNINIT leaves zero in the low byte of the status word of a 387, which is there then. */
const char *x87_setup(void)
{
    volatile u16 status = 0x5a5a;
    exception_handlers[6] = exception_handlers[7] = absent;
    __asm__ volatile("movl $1f, %1\n\t"
                     "movl %%cr0, %%eax\n\tandl $~0xc, %%eax\n\tmovl %%eax, %%cr0\n\t"
                     "fninit\n\tfnstsw %0\n1:"
                     : "+m"(status), "=m"(resume_at)
                     :
                     : "eax", "memory");
    exception_handlers[6] = exception_handlers[7] = 0;
    return status & 0xff ? "no 387" : 0;
}

static NOINLINE u32 iterations(double re, double im)
{
    double x = 0, y = 0;
    for (u32 i = 0; i < ITERATIONS; i++) {
        double xx = x * x, yy = y * y;
        if (xx + yy > 4)
            return i;
        y = 2 * x * y + im;
        x = xx - yy + re;
    }
    return ITERATIONS;
}

u32 mandelbrot(void)
{
    u32 sum = 0;
    for (s32 row = 0; row < HEIGHT; row++)
        for (s32 column = 0; column < WIDTH; column++)
            sum = sum * 3 + iterations(column * 3.0 / WIDTH - 2, row * 2.0 / HEIGHT - 1);
    return sum;
}

struct body {
    double at[3], speed[3], mass;
};

static struct body bodies[BODIES];

static inline double square_root(double value)
{
    __asm__("fsqrt" : "+t"(value));
    return value;
}

static void start(void)
{
    for (s32 i = 0; i < BODIES; i++) {
        for (s32 axis = 0; axis < 3; axis++) {
            bodies[i].at[axis] = (i + 1) * (axis * 2 - 1.5) + axis;
            bodies[i].speed[axis] = (i * 3 % 4 - 1.5) / 8;
        }
        bodies[i].mass = 1.0 / (i + 1);
    }
}

static NOINLINE void attract(struct body *a, struct body *b, double time)
{
    double way[3], square = 0.01;
    for (u32 axis = 0; axis < 3; axis++) {
        way[axis] = a->at[axis] - b->at[axis];
        square += way[axis] * way[axis];
    }
    double pull = time / (square * square_root(square));
    for (u32 axis = 0; axis < 3; axis++) {
        a->speed[axis] -= way[axis] * b->mass * pull;
        b->speed[axis] += way[axis] * a->mass * pull;
    }
}

static NOINLINE void advance(double time)
{
    for (u32 i = 0; i < BODIES; i++)
        for (u32 j = i + 1; j < BODIES; j++)
            attract(&bodies[i], &bodies[j], time);
    for (u32 i = 0; i < BODIES; i++)
        for (u32 axis = 0; axis < 3; axis++)
            bodies[i].at[axis] += time * bodies[i].speed[axis];
}

u32 nbody(void)
{
    u32 sum = 0;
    start();
    for (u32 i = 0; i < STEPS; i++)
        advance(0.01);
    for (u32 i = 0; i < BODIES; i++) {
        const u32 *words = (const u32 *)bodies[i].at;
        for (u32 word = 0; word < 6; word++)
            sum = sum * 31 + words[word];
    }
    return sum;
}
