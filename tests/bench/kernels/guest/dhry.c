#include "kernel.h"
/* dhrystone-like: records, strings, enums, calls */
typedef struct rec {
    struct rec *n;
    int d;
    int e;
    int ic;
    char s[31];
} rec;
static rec g1, g2;
static int A1[50], A2[50][50];
static char S1[31], S2[31];
static int ig;
static char c1g, c2g;
NOINLINE static int scmp(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (u8)*a - (u8)*b;
}
NOINLINE static void scpy(char *a, const char *b)
{
    while ((*a++ = *b++))
        ;
}
NOINLINE static int f1(char a, char b)
{
    char x = a;
    if (x != b)
        return 0;
    c1g = x;
    return 1;
}
NOINLINE static int f2(const char *a, const char *b)
{
    int i = 2;
    char c = 'A';
    while (i <= 2)
        if (f1(a[i], b[i + 1]) == 0) {
            c = 'A';
            i++;
        } else
            break;
    if (c >= 'W' && c < 'Z')
        i = 7;
    if (c == 'R')
        return 1;
    if (scmp(a, b) > 0) {
        ig = i + 7;
        return 1;
    }
    return 0;
}
NOINLINE static int f3(int e)
{
    return e == 2;
}
NOINLINE static void p6(int e, int *r)
{
    *r = e;
    if (!f3(e))
        *r = 3;
    switch (e) {
    case 0:
        *r = 0;
        break;
    case 1:
        *r = ig > 100 ? 0 : 3;
        break;
    case 2:
        *r = 1;
        break;
    case 4:
        *r = 2;
    }
}
NOINLINE static void p7(int a, int b, int *r)
{
    *r = a + 2 + b;
}
NOINLINE static void p8(int *x, int y[50][50], int a, int b)
{
    int l = a + 5;
    x[l] = b;
    x[l + 1] = x[l];
    x[l + 30] = l;
    for (int i = l; i <= l + 1; i++)
        y[l][i] = l;
    y[l][l - 1] += 1;
    y[l + 20][l] = x[l];
    ig = 5;
}
NOINLINE static void p3(rec **r)
{
    if (g1.n)
        *r = g1.n;
    p7(10, ig, &g1.ic);
}
NOINLINE static void p1(rec *p)
{
    rec *n = p->n;
    *n = g1;
    p->ic = 5;
    n->ic = p->ic;
    n->n = p->n;
    p3(&n->n);
    if (n->d == 0) {
        n->ic = 6;
        p6(p->e, &n->e);
        n->n = g1.n;
        p7(n->ic, 10, &n->ic);
    } else
        *p = *p->n;
}
u32 kernel_main(void)
{
    g1.n = &g2;
    g1.e = 2;
    g1.ic = 40;
    scpy(g1.s, "DHRYSTONE PROGRAM, SOME STRING");
    scpy(S1, "DHRYSTONE PROGRAM, 1'ST STRING");
    int i1 = 0, i2 = 0, i3 = 0;
    for (int r = 1; r <= 120000; r++) {
        c2g = 'B';
        c1g = 'A';
        i1 = 2;
        i2 = 3;
        scpy(S2, "DHRYSTONE PROGRAM, 2'ND STRING");
        int e = 1;
        int b = !f2(S1, S2);
        while (i1 < i2) {
            i3 = 5 * i1 - i2;
            p7(i1, i2, &i3);
            i1++;
        }
        p8(A1, A2, i1, i3);
        g1.n = &g2;
        p1(&g1);
        for (char c = 'A'; c <= c2g; c++)
            if (e == f1(c, 'C'))
                p6(0, &e);
        i2 = i2 * i1;
        i1 = i2 / i3;
        i2 = 7 * (i2 - i3) - i1;
        ig += b;
    }
    return i1 + i2 * 3 + i3 * 7 + A1[8] + A2[8][7] + g2.ic;
}
