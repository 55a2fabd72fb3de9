/*
 * Mounted file systems. A row of super_block[] holds the disk's super block and the buffers of
 * both bitmaps from mount to umount.
 */
#include <asm/system.h>
#include <asm/segment.h>
#include <errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sys.h>
#include <string.h>
#include <sys/stat.h>

struct super_block super_block[NR_SUPER];
int ROOT_DEV;

static void wait_on_super(struct super_block *sb)
{
	unsigned long flags = save_flags();

	cli();
	while (sb->s_lock)
		sleep_on(&sb->s_wait);
	restore_flags(flags);
}

static void lock_super(struct super_block *sb)
{
	wait_on_super(sb);
	sb->s_lock = 1;
}

static void free_super(struct super_block *sb)
{
	sb->s_lock = 0;
	wake_up(&sb->s_wait);
}

/* The row of a mounted device, NULL when it is not mounted. */
struct super_block *get_super(int dev)
{
	struct super_block *sb = super_block;

	if (!dev)
		return NULL;
	while (sb < super_block + NR_SUPER) {
		if (sb->s_dev != dev) {
			sb++;
			continue;
		}
		wait_on_super(sb);
		if (sb->s_dev == dev)
			return sb;
		sb = super_block;
	}
	return NULL;
}

static void release_maps(struct super_block *sb)
{
	for (int i = 0; i < I_MAP_SLOTS; i++) {
		brelse(sb->s_imap[i]);
		sb->s_imap[i] = NULL;
	}
	for (int i = 0; i < Z_MAP_SLOTS; i++) {
		brelse(sb->s_zmap[i]);
		sb->s_zmap[i] = NULL;
	}
}

void put_super(int dev)
{
	struct super_block *sb;

	if (dev == ROOT_DEV) {
		printk("root file system removed\n");
		return;
	}
	if (!(sb = get_super(dev)))
		return;
	if (sb->s_imount) {
		printk("device %04x removed while it is mounted\n", dev);
		return;
	}
	lock_super(sb);
	sb->s_dev = 0;
	release_maps(sb);
	free_super(sb);
}

/* Bits and blocks that must hold for the rest of the kernel to trust the row. */
static int super_is_sound(const struct super_block *sb)
{
	return sb->s_magic == SUPER_MAGIC && !sb->s_log_zone_size && sb->s_ninodes &&
	       sb->s_imap_blocks <= I_MAP_SLOTS && sb->s_zmap_blocks <= Z_MAP_SLOTS &&
	       sb->s_imap_blocks * BLOCK_SIZE * 8 > sb->s_ninodes &&
	       sb->s_firstdatazone >= 2 + sb->s_imap_blocks + sb->s_zmap_blocks &&
	       sb->s_nzones > sb->s_firstdatazone &&
	       sb->s_zmap_blocks * BLOCK_SIZE * 8 > sb->s_nzones - sb->s_firstdatazone;
}

static int read_maps(struct super_block *sb)
{
	int block = 2;

	for (int i = 0; i < sb->s_imap_blocks; i++)
		if (!(sb->s_imap[i] = bread(sb->s_dev, block++)))
			return 0;
	for (int i = 0; i < sb->s_zmap_blocks; i++)
		if (!(sb->s_zmap[i] = bread(sb->s_dev, block++)))
			return 0;
	sb->s_imap[0]->b_data[0] |= 1;
	sb->s_zmap[0]->b_data[0] |= 1;
	return 1;
}

static int fill_super(struct super_block *sb, int dev)
{
	struct buffer_head *bh;

	if (dev == PROC_DEV)
		return 1;
	bh = bread(dev, 1);
	if (!bh)
		return 0;
	memcpy(sb, bh->b_data, sizeof(struct d_super_block)); /* the structures begin alike */
	brelse(bh);
	return super_is_sound(sb) && read_maps(sb);
}

/* The row of a device, read from it if it is not mounted yet; NULL when it holds no Minix file
   system or all rows are in use. */
static struct super_block *read_super(int dev)
{
	struct super_block *sb;
	int good;

	if (!dev)
		return NULL;
	check_disk_change(dev);
	if ((sb = get_super(dev)))
		return sb;
	for (sb = super_block; sb->s_dev; sb++)
		if (sb == super_block + NR_SUPER - 1)
			return NULL;
	memset(sb, 0, sizeof(*sb));
	sb->s_dev = dev;
	lock_super(sb);
	good = fill_super(sb, dev);
	if (!good) {
		release_maps(sb);
		sb->s_dev = 0;
	}
	free_super(sb);
	return good ? sb : NULL;
}

static int is_word_proc(const char *name)
{
	static const char word[] = "proc";
	unsigned i;

	for (i = 0; i < sizeof(word); i++)
		if (get_fs_byte(name + i) != word[i])
			return 0;
	return 1;
}

/*
 * The device number behind the name of a block device, or minus errno. The word "proc" stands for the
 * process file system.
 */
static int block_device(const char *name)
{
	struct m_inode *inode;
	int dev;

	if (is_word_proc(name))
		return PROC_DEV;
	inode = namei(name);
	if (!inode)
		return -ENOENT;
	dev = S_ISBLK(inode->i_mode) ? inode->i_zone[0] : -ENOTBLK;
	iput(inode);
	return dev;
}

int sys_umount(const char *dev_name)
{
	struct super_block *sb;
	int dev;

	if (!suser())
		return -EPERM;
	if ((dev = block_device(dev_name)) < 0)
		return dev;
	if (dev == ROOT_DEV)
		return -EBUSY;
	if (!(sb = get_super(dev)) || !sb->s_imount)
		return -ENOENT;
	for (struct m_inode *inode = inode_table; inode < inode_table + NR_INODE; inode++)
		if (inode->i_dev == dev && inode->i_count > (inode == sb->s_isup))
			return -EBUSY;
	sync_dev(dev);
	sb->s_imount->i_mount = 0;
	iput(sb->s_imount);
	iput(sb->s_isup);
	sb->s_imount = sb->s_isup = NULL;
	put_super(dev);
	sync_dev(dev);
	invalidate_inodes(dev);
	return 0;
}

static int mount_on(int dev, struct m_inode *dir)
{
	struct super_block *sb;

	if (!S_ISDIR(dir->i_mode))
		return -ENOTDIR;
	if (dir->i_count != 1 || dir->i_num == ROOT_INO || dir->i_mount)
		return -EBUSY;
	if (!(sb = read_super(dev)))
		return -EINVAL;
	if (sb->s_imount || dev == ROOT_DEV)
		return -EBUSY;
	if (!(sb->s_isup = iget(dev, ROOT_INO))) {
		put_super(dev);
		return -EIO;
	}
	sb->s_imount = dir;
	dir->i_mount = 1;
	return 0;
}

/* The directory stays in use until umount. The third argument, read-only, has no effect. */
int sys_mount(const char *dev_name, const char *dir_name, int rw_flag)
{
	struct m_inode *dir;
	int dev, result;

	(void)rw_flag;
	if (!suser())
		return -EPERM;
	if ((dev = block_device(dev_name)) < 0)
		return dev;
	if (!(dir = namei(dir_name)))
		return -ENOENT;
	result = mount_on(dev, dir);
	if (result)
		iput(dir);
	return result;
}

/* Clear bits among the first `count`. */
static int count_free(struct buffer_head **map, int count)
{
	int free = 0;

	for (int bit = 0; bit < count; bit++)
		if (!(map[bit >> 13]->b_data[bit >> 3 & 1023] >> (bit & 7) & 1))
			free++;
	return free;
}

/* Mounts ROOT_DEV as / and makes it the running task's root and working directory. */
void mount_root(void)
{
	struct super_block *sb;
	struct m_inode *root;
	int zones;

	if (sizeof(struct d_inode) != 32)
		panic("bad inode size");
	if (!(sb = read_super(ROOT_DEV))) {
		printk("Root device %04x holds no Minix file system\n", ROOT_DEV);
		panic("unable to mount root");
	}
	if (!(root = iget(ROOT_DEV, ROOT_INO)))
		panic("unable to read root inode");
	root->i_count += 3; /* s_isup, s_imount, pwd, root */
	sb->s_isup = sb->s_imount = root;
	current->pwd = current->root = root;
	zones = sb->s_nzones - (sb->s_firstdatazone - 1);
	printk("%d/%d free blocks\n", count_free(sb->s_zmap, zones), sb->s_nzones);
	printk("%d/%d free inodes\n", count_free(sb->s_imap, sb->s_ninodes + 1), sb->s_ninodes);
}
