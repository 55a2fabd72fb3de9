/* Products of 48 x 48 integer matrices. */
#include "kernel.h"

#define SIZE 48
#define ROUNDS 6

static s32 a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

static NOINLINE void multiply(void)
{
    for (u32 i = 0; i < SIZE; i++) {
        for (u32 j = 0; j < SIZE; j++) {
            u32 sum = 0;
            for (u32 k = 0; k < SIZE; k++)
                sum += (u32)a[i][k] * (u32)b[k][j];
            c[i][j] = (s32)sum;
        }
    }
}

u32 matrix(void)
{
    u32 sum = 0;
    for (s32 i = 0; i < SIZE; i++) {
        for (s32 j = 0; j < SIZE; j++) {
            a[i][j] = i * j - 7;
            b[i][j] = i - 3 * j;
        }
    }
    for (u32 round = 0; round < ROUNDS; round++) {
        multiply();
        sum += (u32)c[round][7];
        a[round][3] += (s32)sum;
    }
    return sum;
}
