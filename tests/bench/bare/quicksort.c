/* Quicksort of 20,000 pseudo-random numbers. */
#include "kernel.h"

#define COUNT 20000

static s32 numbers[COUNT];

static NOINLINE void sort(s32 *v, s32 left, s32 right)
{
    while (left < right) {
        s32 pivot = v[(left + right) >> 1], i = left, j = right;
        while (i <= j) {
            while (v[i] < pivot)
                i++;
            while (v[j] > pivot)
                j--;
            if (i <= j) {
                s32 swap = v[i];
                v[i++] = v[j];
                v[j--] = swap;
            }
        }
        if (j - left < right - i) {
            sort(v, left, j);
            left = i;
        } else {
            sort(v, i, right);
            right = j;
        }
    }
}

u32 quicksort(void)
{
    u32 seed = 12345;
    for (u32 i = 0; i < COUNT; i++) {
        seed = seed * 1103515245u + 12345u;
        numbers[i] = (s32)(seed >> 4);
    }
    sort(numbers, 0, COUNT - 1);
    for (u32 i = 1; i < COUNT; i++)
        if (numbers[i - 1] > numbers[i])
            return 0xbad;
    return (u32)(numbers[777] ^ numbers[19000]);
}
