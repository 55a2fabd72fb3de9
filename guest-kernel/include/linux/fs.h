#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <sys/types.h>

/* Major device numbers: 1 memory, 2 floppy, 3 hard disk, 4 tty, 5 /dev/tty, 6 printer, 7 pipe. */
#define IS_SEEKABLE(major) ((major) >= 1 && (major) <= 3)

#define READ 0
#define WRITE 1
#define READA 2
#define WRITEA 3

#define MAJOR(dev) (((unsigned)(dev)) >> 8)
#define MINOR(dev) ((dev) & 0xff)

#define NAME_LEN 14
#define ROOT_INO 1

#define I_MAP_SLOTS 8
#define Z_MAP_SLOTS 8
#define SUPER_MAGIC 0x137f

#define NR_OPEN 20
#define NR_INODE 64
#define NR_FILE 64
#define NR_SUPER 8
#define NR_HASH 307
#define NR_BUFFERS nr_buffers
#define BLOCK_SIZE 1024
#define BLOCK_SIZE_BITS 10
#ifndef NULL
#define NULL ((void *)0)
#endif

#define INODES_PER_BLOCK (BLOCK_SIZE / sizeof(struct d_inode))
#define DIR_ENTRIES_PER_BLOCK (BLOCK_SIZE / sizeof(struct dir_entry))

/* A pipe is one page with 4095 bytes of room; head and tail live in the zone words. */
#define PIPE_READ_WAIT(inode) ((inode).i_wait)
#define PIPE_WRITE_WAIT(inode) ((inode).i_wait2)
#define PIPE_HEAD(inode) ((inode).i_zone[0])
#define PIPE_TAIL(inode) ((inode).i_zone[1])
#define PIPE_SIZE(inode) ((PIPE_HEAD(inode) - PIPE_TAIL(inode)) & (4096 - 1))
#define PIPE_EMPTY(inode) (PIPE_HEAD(inode) == PIPE_TAIL(inode))
#define PIPE_FULL(inode) (PIPE_SIZE(inode) == (4096 - 1))

#define NIL_FILP ((struct file *)0)
#define SEL_IN 1
#define SEL_OUT 2
#define SEL_EX 4

struct task_struct;

struct buffer_head {
	char *b_data;            /* BLOCK_SIZE bytes */
	unsigned long b_blocknr;
	unsigned short b_dev;    /* 0 = free */
	unsigned char b_uptodate;
	unsigned char b_dirt;
	unsigned char b_count;   /* users of this block */
	unsigned char b_lock;    /* a request is under way */
	struct task_struct *b_wait;
	struct buffer_head *b_prev, *b_next;           /* hash chain */
	struct buffer_head *b_prev_free, *b_next_free; /* ring, least recently used first */
};

/* On disk: 32 bytes. */
struct d_inode {
	unsigned short i_mode;
	unsigned short i_uid;
	unsigned long i_size;
	unsigned long i_time;
	unsigned char i_gid;
	unsigned char i_nlinks;
	unsigned short i_zone[9];
};

/* In memory: the disk's fields, then the kernel's. */
struct m_inode {
	unsigned short i_mode;
	unsigned short i_uid;
	unsigned long i_size;
	unsigned long i_mtime;
	unsigned char i_gid;
	unsigned char i_nlinks;
	unsigned short i_zone[9];
	struct task_struct *i_wait;
	struct task_struct *i_wait2; /* writers of a pipe */
	unsigned long i_atime;
	unsigned long i_ctime;
	unsigned short i_dev;
	unsigned short i_num;
	unsigned short i_count;
	unsigned char i_lock;
	unsigned char i_dirt;
	unsigned char i_pipe;
	unsigned char i_mount;
	unsigned char i_seek;
	unsigned char i_update;
};

struct file {
	unsigned short f_mode;
	unsigned short f_flags;
	unsigned short f_count;
	struct m_inode *f_inode;
	off_t f_pos;
};

struct super_block {
	unsigned short s_ninodes;
	unsigned short s_nzones;
	unsigned short s_imap_blocks;
	unsigned short s_zmap_blocks;
	unsigned short s_firstdatazone;
	unsigned short s_log_zone_size;
	unsigned long s_max_size;
	unsigned short s_magic;
	/* in memory only */
	struct buffer_head *s_imap[I_MAP_SLOTS];
	struct buffer_head *s_zmap[Z_MAP_SLOTS];
	unsigned short s_dev;
	struct m_inode *s_isup;   /* root of this file system */
	struct m_inode *s_imount; /* directory it covers */
	unsigned long s_time;
	struct task_struct *s_wait;
	unsigned char s_lock;
	unsigned char s_rd_only;
	unsigned char s_dirt;
};

struct d_super_block {
	unsigned short s_ninodes;
	unsigned short s_nzones;
	unsigned short s_imap_blocks;
	unsigned short s_zmap_blocks;
	unsigned short s_firstdatazone;
	unsigned short s_log_zone_size;
	unsigned long s_max_size;
	unsigned short s_magic;
};

struct dir_entry {
	unsigned short inode;
	char name[NAME_LEN];
};

/* The process file system's device number; there is no such device. Seekable, as major 1 is. */
#define PROC_DEV 0x01f0
#define is_proc(inode) ((inode)->i_dev == PROC_DEV)

extern struct m_inode inode_table[NR_INODE];
extern struct file file_table[NR_FILE];
extern struct super_block super_block[NR_SUPER];
extern struct buffer_head *start_buffer;
extern int nr_buffers;
extern int ROOT_DEV;
extern int *blk_size[]; /* by major, then minor: size in 1024-byte blocks, 0 = unknown */

/* buffer.c */
void buffer_init(long buffer_end);
struct buffer_head *get_hash_table(int dev, int block);
struct buffer_head *getblk(int dev, int block);
struct buffer_head *bread(int dev, int block);
struct buffer_head *breada(int dev, int block, ...); /* further blocks, ended by a negative one */
void bread_page(unsigned long address, int dev, int blocks[4]); /* block 0 = leave as it is */
void brelse(struct buffer_head *bh);
int sync_dev(int dev);
void invalidate_buffers(int dev);
void check_disk_change(int dev);

/* drivers/block */
void ll_rw_block(int rw, struct buffer_head *bh);
void ll_rw_page(int rw, int dev, int page, char *buffer);

/* bitmap.c, truncate.c */
int new_block(int dev);
int free_block(int dev, int block);
struct m_inode *new_inode(int dev);
void free_inode(struct m_inode *inode);
void truncate(struct m_inode *inode);

/* inode.c */
struct m_inode *iget(int dev, int nr);
void iput(struct m_inode *inode);
struct m_inode *get_empty_inode(void);
struct m_inode *get_pipe_inode(void);
int bmap(struct m_inode *inode, int block);         /* device block, 0 for a hole */
int create_block(struct m_inode *inode, int block);
void sync_inodes(void);
void invalidate_inodes(int dev);

/* namei.c; they return an inode with its count raised, or 0 */
struct m_inode *namei(const char *pathname);
struct m_inode *lnamei(const char *pathname); /* does not follow a last symbolic link */
int open_namei(const char *pathname, int flag, int mode, struct m_inode **result);
int permission(struct m_inode *inode, int mask);

/* path.c: bytes of a directory's path from the root, without a NUL; size when it does not fit */
unsigned directory_path(struct m_inode *dir, char *text, unsigned size);
void find_path(struct m_inode *inode);
const char *inode_path(const struct m_inode *inode); /* as find_path() found it, else "" */

/* super.c */
void mount_root(void);
struct super_block *get_super(int dev);
void put_super(int dev);

#endif
