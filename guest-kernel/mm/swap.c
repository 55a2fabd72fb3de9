/*
 * Swapping to a partition, and get_free_page(), which falls back on it.
 *
 * Page 0 of the swap device is a bitmap, a set bit for a free page, with "SWAP-SPACE" in its
 * last ten bytes. A page that is out has the table entry (page number * 2): not present and
 * not zero. Clean pages are never written: they are in the executable, or are zeros.
 */

#include <string.h>

#include <linux/kernel.h>
#include <linux/sched.h>

#define SIGNATURE "SWAP-SPACE"
#define SIGNATURE_SIZE 10
#define MIN_SWAP_BLOCKS 100

int SWAP_DEV;
unsigned long swap_ins, swap_outs;

static unsigned char *swap_bitmap; /* NULL: no swapping */
static unsigned long swap_size;    /* in pages */

/*
 * One transfer at a time. The block layer may serve a read before an earlier write; a page
 * that is wanted back while it is still on its way out must wait for it.
 */
static int swap_busy;
static struct task_struct *swap_wait;

static int bit_is_set(unsigned long nr)
{
	return swap_bitmap[nr >> 3] >> (nr & 7) & 1;
}

static void set_bit(unsigned long nr)
{
	swap_bitmap[nr >> 3] |= 1 << (nr & 7);
}

static void clear_bit(unsigned long nr)
{
	swap_bitmap[nr >> 3] &= ~(1 << (nr & 7));
}

static void transfer(int rw, unsigned long swap_nr, char *buffer)
{
	while (swap_busy)
		sleep_on(&swap_wait);
	swap_busy = 1;
	ll_rw_page(rw, SWAP_DEV, swap_nr, buffer);
	swap_busy = 0;
	wake_up(&swap_wait);
}

void read_swap_page(unsigned long swap_nr, char *buffer)
{
	transfer(READ, swap_nr, buffer);
	swap_ins++;
}

/* A free page of the swap device, now taken; 0 when there is none. */
static unsigned long get_swap_page(void)
{
	unsigned long nr;

	if (!swap_bitmap)
		return 0;
	for (nr = 1; nr < swap_size; nr++)
		if (bit_is_set(nr)) {
			clear_bit(nr);
			return nr;
		}
	return 0;
}

void swap_free(unsigned long swap_nr)
{
	if (!swap_nr)
		return;
	if (swap_bitmap && swap_nr < swap_size && !bit_is_set(swap_nr)) {
		set_bit(swap_nr);
		return;
	}
	printk("swap_free: page %lu is not in use\n", swap_nr);
}

/*
 * Brings a page of the current task back in, with these bits in its entry. It is dirty: its place in
 * swap is given up.
 */
void swap_in(unsigned long *table_entry, unsigned long bits)
{
	unsigned long swap_nr = *table_entry >> 1;
	unsigned long frame;

	if (!swap_bitmap)
		panic("page in swap without a swap device");
	frame = get_user_frame();
	read_swap_page(swap_nr, (char *)frame);
	swap_free(swap_nr);
	*table_entry = frame | PAGE_DIRTY | bits;
}

static int drop_clean(unsigned long *table_entry, unsigned long frame)
{
	*table_entry = 0;
	invalidate();
	free_page(frame);
	return 1;
}

/*
 * The entry points to swap before the write has ended: whoever needs the page waits in transfer(). The
 * write must be the next transfer, or a read that waits, too, could come before it; swap_out() has
 * made sure that none is under way.
 */
static int write_dirty(unsigned long *table_entry, unsigned long frame)
{
	unsigned long swap_nr;

	if (mem_map[MAP_NR(frame)] != 1)
		return 0;
	swap_nr = get_swap_page();
	if (!swap_nr)
		return 0;
	*table_entry = swap_nr << 1;
	invalidate();
	transfer(WRITE, swap_nr, (char *)frame);
	swap_outs++;
	free_page(frame);
	return 1;
}

/* 1 if this page gave up its frame; a frame with other users is not free even then. */
static int try_to_swap_out(unsigned long *table_entry)
{
	unsigned long entry = *table_entry;
	unsigned long frame = entry & PAGE_MASK;

	if (!(entry & PAGE_PRESENT) || frame < LOW_MEM || frame >= HIGH_MEMORY)
		return 0;
	if (entry & PAGE_DIRTY)
		return entry & PAGE_SHARED ? 0 : write_dirty(table_entry, frame);
	return drop_clean(table_entry, frame);
}

/*
 * The hand: a table of a task, and an entry in it. It goes round the pages of all tasks but 0, and
 * goes on, at the next call, where it stopped.
 */
static struct {
	int slot;
	unsigned long table, entry;
} hand = {1, 0, 0};

/* The table under the hand, NULL where there is none. */
static unsigned long *table_under_hand(void)
{
	unsigned long table;

	if (!task[hand.slot])
		return NULL;
	table = user_directory(task[hand.slot])[hand.table];
	return table & PAGE_PRESENT ? (unsigned long *)(table & PAGE_MASK) : NULL;
}

/* To the next table; 1 when the last one of the last task was passed. */
static int next_table(void)
{
	hand.entry = 0;
	if (task[hand.slot] && ++hand.table < user_tables())
		return 0;
	hand.table = 0;
	if (++hand.slot < NR_TASKS)
		return 0;
	hand.slot = 1;
	return 1;
}

/*
 * Takes one page from somebody. 0 when the hand passed its start twice and found nothing. While another
 * transfer is under way it only waits for its end, which may have freed a frame. The search
 * itself does not sleep, so no table can go away under it.
 */
int swap_out(void)
{
	unsigned long *table;
	int turns = 0;

	if (swap_busy) {
		sleep_on(&swap_wait);
		return 1;
	}
	while (turns < 2) {
		table = table_under_hand();
		while (table && hand.entry < ENTRIES_PER_TABLE)
			if (try_to_swap_out(&table[hand.entry++]))
				return 1;
		turns += next_table();
	}
	return 0;
}

/* The highest free frame, zeroed, with one user; 0 when there is nothing left to swap out. */
unsigned long get_free_page(void)
{
	unsigned long frame;
	int i;

	for (;;) {
		for (i = PAGING_PAGES - 1; i >= 0; i--)
			if (!mem_map[i])
				break;
		if (i >= 0)
			break;
		if (!swap_out())
			return 0;
	}
	mem_map[i] = 1;
	frame = LOW_MEM + ((unsigned long)i << 12);
	memset((void *)frame, 0, PAGE_SIZE);
	return frame;
}

static int bitmap_is_valid(void)
{
	unsigned long nr;

	if (bit_is_set(0))
		return 0;
	for (nr = swap_size; nr < SWAP_BITS; nr++)
		if (bit_is_set(nr))
			return 0;
	return 1;
}

/* Reads the bitmap page. The message says why there is no swap, and bitmap is given up. */
static const char *check_bitmap(void)
{
	read_swap_page(0, (char *)swap_bitmap);
	swap_ins = 0;
	if (memcmp(SIGNATURE, swap_bitmap + PAGE_SIZE - SIGNATURE_SIZE, SIGNATURE_SIZE))
		return "Unable to find swap-space signature";
	memset(swap_bitmap + PAGE_SIZE - SIGNATURE_SIZE, 0, SIGNATURE_SIZE);
	if (!bitmap_is_valid())
		return "Bad swap-space bit-map";
	if (!free_swap_pages())
		return "Swap space has no free pages";
	return NULL;
}

void init_swapping(void)
{
	const char *trouble;
	int *sizes = blk_size[MAJOR(SWAP_DEV)];
	int blocks;

	if (!SWAP_DEV)
		return;
	blocks = sizes ? sizes[MINOR(SWAP_DEV)] : 0;
	if (blocks < MIN_SWAP_BLOCKS) {
		printk("Swap device %04x is too small: %d blocks\n", SWAP_DEV, blocks);
		return;
	}
	swap_size = blocks >> 2;
	if (swap_size > SWAP_BITS - 8 * SIGNATURE_SIZE)
		swap_size = SWAP_BITS - 8 * SIGNATURE_SIZE;
	swap_bitmap = (unsigned char *)get_free_page();
	if (!swap_bitmap)
		panic("no memory for the swap bitmap");
	trouble = check_bitmap();
	if (trouble) {
		printk("%s\n", trouble);
		free_page((unsigned long)swap_bitmap);
		swap_bitmap = NULL;
		return;
	}
	printk("Swap device ok: %lu pages (%lu bytes) swap-space\n", free_swap_pages(),
	       free_swap_pages() * PAGE_SIZE);
}

/* Pages the swap device can hold, the bitmap not counted. */
unsigned long swap_pages(void)
{
	return swap_bitmap ? swap_size - 1 : 0;
}

int swap_page_in_use(unsigned long swap_nr)
{
	return swap_bitmap && swap_nr && swap_nr < swap_size && !bit_is_set(swap_nr);
}

/* Where the bitmap lies, 0 without swapping. */
unsigned long swap_bitmap_frame(void)
{
	return (unsigned long)swap_bitmap;
}

unsigned long free_swap_pages(void)
{
	unsigned long n = 0, nr;

	for (nr = 1; swap_bitmap && nr < swap_size; nr++)
		n += bit_is_set(nr);
	return n;
}
