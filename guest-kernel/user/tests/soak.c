/* soak seed: bigmem, forkbomb, a file copy and shared maps at once, in an order, with pauses and perhaps a kill that the
   seed makes. Each may end well or be killed; it may not end otherwise, and afterwards every frame,
   swap page and buffer is where it was. One line says what happened; exit code 1 when anything is wrong. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/memcheck.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define COPY "/tmp/soak.copy"
#define SAID "/tmp/soak.said" /* what the jobs print, shown when one went wrong */
#define JOBS 4

static unsigned long seed;

static unsigned random_below(unsigned limit)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % limit;
}

static void pause_ticks(unsigned ticks)
{
	struct timeval time = {0, ticks * 10000};

	select(0, NULL, NULL, NULL, &time);
}

static char size[8] = "12", share_seed[16];

static struct job {
	char *const arguments[4];
	pid_t pid;
	int status;
} jobs[JOBS] = {
	{.arguments = {"/bin/bigmem", size, "1"}},
	{.arguments = {"/bin/forkbomb"}},
	{.arguments = {"/bin/cp", "/bin/sh", COPY}},
	{.arguments = {"/usr/tests/sharetest", share_seed}},
};

static void start(struct job *job)
{
	job->pid = fork();
	if (job->pid)
		return;
	close(1);
	open(SAID, O_WRONLY | O_CREAT | O_APPEND, 0666);
	execv(job->arguments[0], job->arguments);
	_exit(127);
}

static int files_are_equal(const char *a, const char *b)
{
	int fa = open(a, O_RDONLY), fb = open(b, O_RDONLY), n, m, equal = fa >= 0 && fb >= 0;
	char from[1024], to[1024];

	do {
		n = read(fa, from, sizeof from);
		m = read(fb, to, sizeof to);
		equal = equal && n == m && n >= 0 && !memcmp(from, to, n);
	} while (equal && n > 0);
	close(fa);
	close(fb);
	return equal;
}

/* How a job ended, in a word; *wrong rises unless it is one of the ways it may end. */
static const char *judge(const struct job *job, int *wrong)
{
	if (job->pid < 0)
		return "no room";
	if (WIFSIGNALED(job->status) &&
	    (WTERMSIG(job->status) == SIGKILL || WTERMSIG(job->status) == SIGSEGV))
		return "killed";
	if (job->status == 0 && (job != &jobs[2] || files_are_equal("/bin/sh", COPY)))
		return "ok";
	*wrong += 1;
	return "WRONG";
}

static int unlike(const struct memcheck *a, const struct memcheck *b)
{
	return b->lost_frames || b->bad_frames || b->lost_swap || b->bad_swap || b->bad_regions ||
	       a->busy_buffers != b->busy_buffers;
}

int main(int argc, char *argv[])
{
	struct memcheck before, after;
	int wrong = 0, first, victim, killed = -1;
	long round = argc > 1 ? atoi(argv[1]) : 1;
	const char *said[JOBS];

	seed = round * 2654435761u;
	memcheck(&before);
	if (random_below(8) == 0)
		strcpy(size, "24"); /* more than memory and swap space together */
	sprintf(share_seed, "%ld", round);
	first = random_below(JOBS);
	for (int i = 0; i < JOBS; i++) {
		start(&jobs[(first + i) % JOBS]);
		pause_ticks(random_below(8));
	}
	victim = random_below(4 * JOBS);
	pause_ticks(random_below(60));
	if (victim < JOBS && jobs[victim].pid > 0) {
		kill(jobs[victim].pid, SIGKILL);
		killed = victim;
	}
	for (int i = 0; i < JOBS; i++)
		waitpid(jobs[i].pid, &jobs[i].status, 0);
	pause_ticks(5); /* orphans of a killed forkbomb sleep on: they are ended below */
	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
	pause_ticks(5);
	for (int i = 0; i < JOBS; i++)
		said[i] = judge(&jobs[i], &wrong);
	if (wrong)
		system("cat " SAID);
	unlink(COPY);
	unlink(SAID);
	memcheck(&after);
	wrong += unlike(&before, &after);
	printf("round %ld: bigmem %s %s, forkbomb %s, cp %s, sharetest %s, kill %d; %lu free, %lu in swap, lost %lu+%lu, "
	       "bad %lu+%lu+%lu, %lu buffers busy: %s\n",
	       round, size, said[0], said[1], said[2], said[3], killed, after.free_frames, after.swap_used,
	       after.lost_frames, after.lost_swap, after.bad_frames, after.bad_swap, after.bad_regions,
	       after.busy_buffers, wrong ? "WRONG" : "right");
	return wrong != 0;
}
