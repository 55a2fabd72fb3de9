/*
 * malloc() for the kernel: every size is rounded up to a bucket, and each page holds objects of one
 * size. A page keeps its bookkeeping in the first bytes of itself; a page whose last object is
 * freed goes back to get_free_page()'s pool.
 */

#include <asm/system.h>
#include <linux/kernel.h>
#include <linux/mm.h>

struct object {
	struct object *next_free;
};

struct bucket_page {
	struct bucket_page *next; /* another page of the same size */
	struct object *free;
	unsigned short used;
	unsigned short size;
};

static const unsigned short sizes[] = {16, 32, 64, 128, 256, 512, 1024, 2032, 4080};

#define NR_BUCKETS (sizeof(sizes) / sizeof(sizes[0]))

static struct bucket_page *buckets[NR_BUCKETS];

_Static_assert(sizeof(struct bucket_page) <= 16, "the largest object must fit beside it");

static struct bucket_page *new_page(unsigned b)
{
	struct bucket_page *page = (struct bucket_page *)get_free_page();
	char *object;

	if (!page)
		return NULL;
	page->size = sizes[b];
	for (object = (char *)(page + 1); object + sizes[b] <= (char *)page + PAGE_SIZE;
	     object += sizes[b]) {
		((struct object *)object)->next_free = page->free;
		page->free = (struct object *)object;
	}
	return page;
}

static struct bucket_page *page_with_room(unsigned b)
{
	struct bucket_page *page = buckets[b];

	while (page && !page->free)
		page = page->next;
	if (page)
		return page;
	page = new_page(b);
	if (page) {
		page->next = buckets[b];
		buckets[b] = page;
	}
	return page;
}

void *malloc(unsigned int size)
{
	struct bucket_page *page;
	struct object *object;
	unsigned b = 0;

	while (b < NR_BUCKETS && sizes[b] < size)
		b++;
	if (b == NR_BUCKETS)
		panic("malloc: more than a page");
	page = page_with_room(b);
	if (!page)
		return NULL;
	object = page->free;
	page->free = object->next_free;
	page->used++;
	return object;
}

static void release_page(struct bucket_page *page)
{
	struct bucket_page **place;
	unsigned b = 0;

	while (sizes[b] != page->size)
		b++;
	for (place = &buckets[b]; *place != page; place = &(*place)->next)
		;
	*place = page->next;
	free_page((unsigned long)page);
}

/* The size is a hint of 0.12's callers; the page knows it anyway. */
void free_s(void *object, int size)
{
	struct bucket_page *page =
		(struct bucket_page *)((unsigned long)object & ~(PAGE_SIZE - 1UL));

	if (size > page->size)
		panic("free: object larger than its bucket");
	((struct object *)object)->next_free = page->free;
	page->free = object;
	if (--page->used == 0)
		release_page(page);
}

void malloc_pages(void (*visit)(unsigned long frame))
{
	struct bucket_page *page;
	unsigned b;

	for (b = 0; b < NR_BUCKETS; b++)
		for (page = buckets[b]; page; page = page->next)
			visit((unsigned long)page);
}

void malloc_report(void (*line)(int size, int pages, int objects, int used))
{
	struct bucket_page *page;
	int pages, used;
	unsigned b;

	for (b = 0; b < NR_BUCKETS; b++) {
		pages = used = 0;
		for (page = buckets[b]; page; page = page->next) {
			pages++;
			used += page->used;
		}
		line(sizes[b], pages, pages * ((PAGE_SIZE - sizeof(*page)) / sizes[b]), used);
	}
}
