/*
 * execve(): a new program in an old task. Nothing of the program is read but its header: the
 * address space is emptied, the arguments are put at its top, and page faults bring in the rest.
 *
 *   0x0000000  text, data (demand-loaded from the file), bss, heap ...
 *   0x3bfffff  strings of argv and envp, the pointers to them, the stack below
 *   0x3c00000  library slot, 4 MB
 *
 * With vm=private the strings end at 0xbfffffff, and a program may begin at 0x8048000.
 */

#include <a.out.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <asm/segment.h>
#include <linux/frame.h>
#include <linux/kernel.h>
#include <linux/options.h>
#include <linux/sched.h>
#include <linux/sys.h>

#define MAX_ARG_PAGES 32
#define ARG_SPACE (MAX_ARG_PAGES * PAGE_SIZE)
#define MAX_PROGRAM 0x3000000UL /* text + data + bss */
#define SCRIPT_LINE 128         /* the #! line, its newline as end */

/* One execve() under way. */
struct program {
	struct m_inode *inode;
	struct exec header;
	int euid, egid;
	int argc, envc;
	unsigned long page[MAX_ARG_PAGES]; /* frames of the new stack's top, 0 = not there yet */
	unsigned long p;                   /* lowest used byte of that ARG_SPACE */
	unsigned long load;                /* address of the first byte of text */
	char name[sizeof(((struct task_struct *)0)->comm)];
	char path[sizeof(((struct task_struct *)0)->path)];
};

/* Bytes of the pointers below the strings, one page spare for their alignment. */
#define STACK_ROOM(prog) (((prog)->argc + (prog)->envc + 6) * 4UL + 4)

/*
 * True for a user pointer whose word would lie beyond the segment. Following it would end the
 * task here and now, with everything execve() holds.
 */
static int outside(const void *pointer)
{
	return get_fs() == user_ds && (unsigned long)pointer > current->mm.task_size - 4;
}

/* The number of strings in a vector; no vector is an empty one. -EFAULT for a wild pointer. */
static int count(char **vector)
{
	int n = 0;

	while (vector && !outside(vector + n) && get_fs_long(vector + n))
		n++;
	return vector && outside(vector + n) ? -EFAULT : n;
}

static void free_arg_pages(struct program *prog)
{
	int i;

	for (i = 0; i < MAX_ARG_PAGES; i++)
		free_page(prog->page[i]);
}

/* Puts one string below what is there already. %fs says where it comes from. */
static int copy_string(struct program *prog, const char *string)
{
	unsigned long length = 1;
	unsigned long page;

	do {
		if (length > prog->p)
			return -ENOMEM;
		if (outside(string + length - 1))
			return -EFAULT;
	} while (get_fs_byte(string + length++ - 1));
	length--;
	while (length-- > 0) {
		page = --prog->p / PAGE_SIZE;
		if (!prog->page[page] && !(prog->page[page] = get_free_page()))
			return -ENOMEM;
		((char *)prog->page[page])[prog->p % PAGE_SIZE] = get_fs_byte(string + length);
	}
	return 0;
}

/* Copies n user strings, last first, so that the first is lowest in memory. */
static int copy_strings(struct program *prog, int n, char **vector)
{
	int error = 0;

	while (n-- > 0 && !error)
		error = copy_string(prog, (const char *)get_fs_long(vector + n));
	return error;
}

static int copy_kernel_string(struct program *prog, const char *string)
{
	unsigned long old_fs = get_fs();
	int error;

	set_fs(get_ds());
	error = copy_string(prog, string);
	set_fs(old_fs);
	return error;
}

/*
 * Gives both segments their full size: 64 MB, or 4 GB where pages alone close the kernel off. %fs and
 * %gs are loaded again, as the CPU keeps the old limit in them.
 */
static void open_segments(void)
{
	unsigned long limit = private_memory ? 0 : TASK_SIZE; /* 0 means 4 GB */

	set_limit(&current->ldt[LDT_CODE], limit);
	set_limit(&current->ldt[LDT_DATA], limit);
	current->mm.task_size = space_size();
	set_fs(user_ds);
	__asm__ volatile("movw %%gs,%%ax; movw %%ax,%%gs" : : : "eax");
}

/* Maps the argument pages at the top of the emptied address space. */
static void map_arguments(struct program *prog)
{
	unsigned long address = stack_top();
	int i;

	for (i = MAX_ARG_PAGES - 1; i >= 0; i--) {
		address -= PAGE_SIZE;
		if (!prog->page[i])
			continue;
		while (!put_dirty_page(prog->page[i], address))
			out_of_memory();
		prog->page[i] = 0;
	}
}

/* The program's regions: text, data with bss, and the stack with the arguments in it. */
static void add_regions(const struct program *prog)
{
	const struct exec *h = &prog->header;
	unsigned long text_end = prog->load + (h->a_text & PAGE_MASK);
	unsigned long file_end = prog->load + h->a_text + h->a_data;
	struct vm_area_struct text = {
		.vm_start = prog->load, .vm_end = text_end, .vm_flags = VM_READ | VM_EXEC,
		.vm_offset = N_TXTOFF(*h), .vm_inode = prog->inode, .vm_ops = &exec_region,
		.vm_file_end = file_end,
	};
	struct vm_area_struct data = text;
	struct vm_area_struct stack = {
		.vm_start = (stack_top() - ARG_SPACE + prog->p - STACK_ROOM(prog)) & PAGE_MASK,
		.vm_end = stack_top(), .vm_flags = VM_RIGHTS | VM_GROWSDOWN,
		.vm_ops = &stack_region,
	};

	data.vm_start = text_end;
	data.vm_end = PAGE_UP(file_end + h->a_bss);
	data.vm_flags = VM_READ | VM_WRITE;
	data.vm_offset += text_end - prog->load;
	if ((text.vm_end > text.vm_start && add_region(&text)) ||
	    (data.vm_end > data.vm_start && add_region(&data)) || add_region(&stack))
		oom();
}

/*
 * Fills a vector of pointers at `vector` with n strings that lie at `string` one after the
 * other.
 */
static unsigned long put_vector(unsigned long *vector, int n, unsigned long string)
{
	while (n-- > 0) {
		put_fs_long(string, vector++);
		while (get_fs_byte((const char *)string++))
			;
	}
	put_fs_long(0, vector);
	return string;
}

/* Builds argc, argv, envp and the two vectors below the strings; returns the new stack pointer. */
static unsigned long create_tables(struct program *prog)
{
	unsigned long string = stack_top() - ARG_SPACE + prog->p;
	unsigned long *envp = (unsigned long *)(string & ~3UL) - (prog->envc + 1);
	unsigned long *argv = envp - (prog->argc + 1);
	unsigned long *sp = argv - 3;

	verify_area(sp, stack_top() - (unsigned long)sp);
	put_fs_long(prog->argc, sp);
	put_fs_long((unsigned long)argv, sp + 1);
	put_fs_long((unsigned long)envp, sp + 2);
	string = put_vector(argv, prog->argc, string);
	put_vector(envp, prog->envc, string);
	return (unsigned long)sp;
}

/* Regular, and executable for this user; root needs any of the three x bits. */
static int check_rights(struct program *prog)
{
	struct m_inode *inode = prog->inode;
	int mode = inode->i_mode;

	if (!S_ISREG(mode) || is_proc(inode))
		return -EACCES;
	prog->euid = mode & S_ISUID ? inode->i_uid : current->euid;
	prog->egid = mode & S_ISGID ? inode->i_gid : current->egid;
	if (current->euid == inode->i_uid)
		mode >>= 6;
	else if (in_group_p(inode->i_gid))
		mode >>= 3;
	if (!(mode & 1) && !((inode->i_mode & 0111) && suser()))
		return -ENOEXEC;
	return 0;
}

static struct m_inode *kernel_namei(const char *path)
{
	unsigned long old_fs = get_fs();
	struct m_inode *inode;

	set_fs(get_ds());
	inode = namei(path);
	set_fs(old_fs);
	return inode;
}

static void set_name(struct program *prog, const char *path)
{
	unsigned n = 0;
	char c;

	do {
		c = get_fs_byte(path++);
		if (c == '/')
			n = 0;
		else if (n < sizeof(prog->name) - 1)
			prog->name[n++] = c;
	} while (c);
	prog->name[sizeof(prog->name) - 1] = 0;
	while (n < sizeof(prog->name))
		prog->name[n++] = 0;
}

/*
 * The program's path from the root, for /proc; of one that does not fit, nothing. "." and ".." stay as
 * they were written, but for a "./" at the start.
 */
static void set_path(struct program *prog, const char *path)
{
	unsigned n = 0, size = sizeof(prog->path);
	char c;

	if (get_fs_byte(path) != '/') {
		n = directory_path(current->pwd, prog->path, size);
		if (get_fs_byte(path) == '.' && get_fs_byte(path + 1) == '/')
			path += 2;
		if (n > 1 && n < size)
			prog->path[n++] = '/';
	}
	do {
		if (n >= size) {
			prog->path[0] = 0;
			return;
		}
		c = prog->path[n++] = get_fs_byte(path++);
	} while (c);
}

/*
 * Cuts the next word off a line; NULL at its end. With `rest` the word reaches to the end of
 * the line.
 */
static char *next_word(char **line, int rest)
{
	char *start = *line;
	char *end;

	while (*start == ' ' || *start == '\t')
		start++;
	if (!*start)
		return NULL;
	end = start;
	while (*end && (rest || (*end != ' ' && *end != '\t')))
		end++;
	*line = *end ? end + 1 : end;
	*end = 0;
	return start;
}

/*
 * A script: the new arguments are the interpreter's base name, its one argument if there is
 * one, the script's path, and the old arguments from the second on. Strings go in last
 * first, so prog->p is lowered by envp and argv[1..] before.
 */
static int load_script(struct program *prog, char *line, const char *path, char **argv, char **envp)
{
	char *interpreter = next_word(&line, 0);
	char *argument = next_word(&line, 1);
	char *base;
	int error;

	if (!interpreter)
		return -ENOEXEC;
	iput(prog->inode);
	prog->inode = NULL;
	base = strrchr(interpreter, '/');
	base = base ? base + 1 : interpreter;
	error = copy_strings(prog, prog->envc, envp);
	if (!error && prog->argc > 0)
		error = copy_strings(prog, prog->argc - 1, argv + 1);
	if (!error)
		error = copy_string(prog, path);
	if (!error && argument)
		error = copy_kernel_string(prog, argument);
	if (!error)
		error = copy_kernel_string(prog, base);
	if (error)
		return error;
	prog->argc = (prog->argc ? prog->argc - 1 : 0) + (argument ? 3 : 2);
	prog->inode = kernel_namei(interpreter);
	return prog->inode ? 0 : -ENOENT;
}

/*
 * Reads the first block's start: a header into prog->header, or the text behind #! into line
 * (then 1).
 */
static int read_header(struct program *prog, char line[SCRIPT_LINE])
{
	struct buffer_head *bh = bread(prog->inode->i_dev, prog->inode->i_zone[0]);
	char *newline;

	if (!bh)
		return -EACCES;
	memcpy(&prog->header, bh->b_data, sizeof(prog->header));
	memcpy(line, bh->b_data + 2, SCRIPT_LINE - 1);
	brelse(bh);
	line[SCRIPT_LINE - 1] = 0;
	if (memcmp(&prog->header, "#!", 2))
		return 0;
	newline = strchr(line, '\n');
	if (newline)
		*newline = 0;
	return 1;
}

static int check_header(const struct program *prog)
{
	const struct exec *h = &prog->header;
	unsigned long size = prog->inode->i_size;

	if (N_MAGIC(*h) != ZMAGIC || h->a_trsize || h->a_drsize)
		return -ENOEXEC;
	if (h->a_text > MAX_PROGRAM || h->a_data > MAX_PROGRAM || h->a_bss > MAX_PROGRAM ||
	    h->a_text + h->a_data + h->a_bss > MAX_PROGRAM)
		return -ENOEXEC;
	if (h->a_entry >= stack_top())
		return -ENOMEM; /* linked for a larger space; ENOEXEC would have shells read it */
	if (h->a_syms > size || size < N_TXTOFF(*h) + h->a_text + h->a_data + h->a_syms)
		return -ENOEXEC;
	return 0;
}

/* Finds the file, follows one level of #!, and copies the arguments. */
static int prepare(struct program *prog, const char *path, char **argv, char **envp)
{
	char line[SCRIPT_LINE];
	int result;

	set_name(prog, path);
	set_path(prog, path);
	prog->argc = count(argv);
	prog->envc = count(envp);
	if (prog->argc < 0 || prog->envc < 0)
		return -EFAULT;
	prog->inode = namei(path);
	if (!prog->inode)
		return -ENOENT;
	result = check_rights(prog);
	if (!result)
		result = read_header(prog, line);
	if (result < 0)
		return result;
	if (result) {
		result = load_script(prog, line, path, argv, envp);
		if (!result)
			result = check_rights(prog);
		if (!result)
			result = read_header(prog, line);
		if (result)
			return result < 0 ? result : -ENOEXEC;
		return check_header(prog);
	}
	result = check_header(prog);
	if (!result)
		result = copy_strings(prog, prog->envc, envp);
	return result ? result : copy_strings(prog, prog->argc, argv);
}

/* Handlers lie in the program that goes away; only "ignore" survives it. */
static void reset_signals(void)
{
	int i;

	for (i = 0; i < 32; i++) {
		current->sigaction[i].sa_mask = 0;
		current->sigaction[i].sa_flags = 0;
		if (current->sigaction[i].sa_handler != SIG_IGN)
			current->sigaction[i].sa_handler = SIG_DFL;
	}
	current->signal = 0;
}

static void close_on_exec(void)
{
	int i;

	for (i = 0; i < NR_OPEN; i++)
		if (current->close_on_exec >> i & 1)
			sys_close(i);
	current->close_on_exec = 0;
}

/* The library slot as far as the file reaches; its pages are the task's own once written. */
static int add_library_region(struct m_inode *inode)
{
	unsigned long length = inode->i_size > BLOCK_SIZE ? inode->i_size - BLOCK_SIZE : 0;
	struct vm_area_struct area = {
		.vm_start = LIBRARY_OFFSET, .vm_flags = VM_RIGHTS, .vm_offset = BLOCK_SIZE,
		.vm_inode = inode, .vm_ops = &library_region,
	};

	if (length > LIBRARY_SIZE)
		length = LIBRARY_SIZE;
	area.vm_end = LIBRARY_OFFSET + PAGE_UP(length);
	area.vm_file_end = LIBRARY_OFFSET + length;
	return length ? add_region(&area) : 0;
}

/* The point of no return: the old program goes, the new one takes its place. */
static void start(struct program *prog, struct trap_frame *frame)
{
	prog->load = prog->header.a_entry >= LINK_BASE ? LINK_BASE : 0;
	if (current->executable)
		iput(current->executable);
	current->executable = prog->inode;
	memcpy(current->comm, prog->name, sizeof(current->comm));
	memcpy(current->path, prog->path, sizeof(current->path));
	reset_signals();
	close_on_exec();
	write_back(0, ~0UL);
	free_page_tables(current);
	free_regions(current);
	if (last_task_used_math == current)
		last_task_used_math = NULL;
	current->used_math = 0;
	open_segments();
	add_regions(prog);
	if (current->library)
		add_library_region(current->library);
	map_arguments(prog);
	current->end_code = prog->load + prog->header.a_text;
	current->end_data = current->end_code + prog->header.a_data;
	current->brk = current->end_data + prog->header.a_bss;
	frame->esp = create_tables(prog);
	frame->eip = prog->header.a_entry;
	current->start_stack = frame->esp & ~(PAGE_SIZE - 1UL);
	current->suid = current->euid = prog->euid;
	current->sgid = current->egid = prog->egid;
}

static int do_execve(struct trap_frame *frame)
{
	const char *path = (const char *)frame->ebx;
	char **argv = (char **)frame->ecx;
	char **envp = (char **)frame->edx;
	struct program prog;
	int error;

	memset(&prog, 0, sizeof(prog));
	prog.p = ARG_SPACE - 4;
	error = prepare(&prog, path, argv, envp);
	if (error) {
		free_arg_pages(&prog);
		iput(prog.inode);
		return error;
	}
	start(&prog, frame);
	return 0;
}

int sys_execve(void)
{
	struct trap_frame *frame = user_frame(current);

	if ((frame->cs & 0xffff) != USER_CS)
		panic("execve called from the kernel");
	return do_execve(frame);
}

/*
 * Puts a file into the library slot: mapped at 0x3c00000, loaded by page faults. NULL empties
 * the slot.
 */
int sys_uselib(const char *library)
{
	struct m_inode *inode = NULL;
	int error;

	if (current->mm.task_size != space_size())
		return -EINVAL;
	if (library) {
		inode = namei(library);
		if (!inode)
			return -ENOENT;
		if (!S_ISREG(inode->i_mode) || is_proc(inode)) {
			iput(inode);
			return -EACCES;
		}
	}
	if (current->library)
		iput(current->library);
	current->library = NULL;
	error = remove_regions(LIBRARY_OFFSET, TASK_SIZE);
	free_page_range(LIBRARY_OFFSET, TASK_SIZE);
	if (!error && inode) {
		find_path(inode);
		error = add_library_region(inode);
	}
	if (error) {
		iput(inode);
		return error;
	}
	current->library = inode;
	return 0;
}
