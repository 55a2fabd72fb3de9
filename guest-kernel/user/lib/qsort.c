/* Sorting in place by a heap: no recursion, and no worse than n log n for any input. */
#include <stdlib.h>

struct array {
	char *base;
	size_t size;
	int (*compare)(const void *, const void *);
};

static char *element(const struct array *a, size_t i)
{
	return a->base + i * a->size;
}

static void swap(const struct array *a, size_t i, size_t j)
{
	char *p = element(a, i), *q = element(a, j);

	for (size_t n = a->size; n--; p++, q++) {
		char saved = *p;

		*p = *q;
		*q = saved;
	}
}

static void sift_down(const struct array *a, size_t root, size_t count)
{
	for (;;) {
		size_t child = 2 * root + 1;

		if (child >= count)
			return;
		if (child + 1 < count && a->compare(element(a, child), element(a, child + 1)) < 0)
			child++;
		if (a->compare(element(a, root), element(a, child)) >= 0)
			return;
		swap(a, root, child);
		root = child;
	}
}

void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	struct array a = {base, size, compare};

	for (size_t i = count / 2; i--;)
		sift_down(&a, i, count);
	while (count > 1) {
		swap(&a, 0, --count);
		sift_down(&a, 0, count);
	}
}
