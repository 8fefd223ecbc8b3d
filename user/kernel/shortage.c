// SPDX-License-Identifier: GPL-2.0
#include "kernel/shortage.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "text/log.h"

#define KIB 1024ULL
/* What is allocated at a time while the tool begins: the kernel's BTF, the ring buffer's pages. */
#define NEEDED_MEMORY (32 * KIB * KIB)
#define NEEDED_STACK  (512 * KIB)
/* Besides the standard ones. Most traces need more, and meet that later, with an errno. */
#define NEEDED_DESCRIPTORS 24

/* Return the limit, or 0 if there is none. */
static unsigned long long limit_of(int resource)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) || limit.rlim_cur == RLIM_INFINITY)
		return 0;
	return limit.rlim_cur ? limit.rlim_cur : 1;
}

static unsigned long long limit_kib(int resource)
{
	unsigned long long limit = limit_of(resource);

	return limit ? (limit + KIB - 1) / KIB : 0;
}

static bool is_of_descriptors(int error)
{
	return error == EMFILE || error == ENFILE;
}

/* Return 0, or the errno with which no more than a few descriptors are to be had. */
static int try_descriptors(void)
{
	int fds[NEEDED_DESCRIPTORS];
	int nr = 0, error = 0;

	while (nr < NEEDED_DESCRIPTORS && !error) {
		fds[nr] = open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (fds[nr] < 0)
			error = errno;
		else
			nr++;
	}
	while (nr)
		close(fds[--nr]);
	return is_of_descriptors(error) ? error : 0;
}

/* Return whether memory can be mapped: for data, or only some of the address space. */
static bool can_map(int protection)
{
	void *memory = mmap(NULL, NEEDED_MEMORY, protection,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED)
		return false;
	munmap(memory, NEEDED_MEMORY);
	return true;
}

static void explain_descriptors(const char *what, int error)
{
	if (error == ENFILE)
		log_error("%s: the system has too many open files: raise their number "
			  "(sysctl fs.file-max)",
			  what);
	else
		log_error("%s: too many open files: raise their limit, which is %llu here "
			  "(ulimit -n 1024)",
			  what, limit_of(RLIMIT_NOFILE));
}

static void explain_memory(const char *what)
{
	unsigned long long space = limit_kib(RLIMIT_AS), data = limit_kib(RLIMIT_DATA);

	if (space && (!data || !can_map(PROT_NONE)))
		log_error("%s: there is too little memory: raise the limit of address space, which "
			  "is %llu KiB here (ulimit -v unlimited)",
			  what, space);
	else if (data)
		log_error("%s: there is too little memory: raise the limit of data, which is %llu "
			  "KiB here (ulimit -d unlimited)",
			  what, data);
	else
		log_error(
			"%s: the kernel gave no memory: the system's is used up, or that of the cgroup "
			"(memory.max)",
			what);
}

bool shortage__explain(const char *what, int error)
{
	int of_descriptors = is_of_descriptors(error) ? error : try_descriptors();

	if (of_descriptors)
		explain_descriptors(what, of_descriptors);
	else if (error == ENOMEM || !can_map(PROT_READ | PROT_WRITE))
		explain_memory(what);
	/* A thread, or a child, is refused with this error. Root is exempt from this limit. */
	else if (error == EAGAIN && limit_of(RLIMIT_NPROC))
		log_error("%s: the user has too many processes: raise their limit, which is %llu "
			  "here (ulimit -u)",
			  what, limit_of(RLIMIT_NPROC));
	else
		return false;
	return true;
}

void shortage__report(const char *what, int error)
{
	if (!shortage__explain(what, error))
		log_error("%s: %s", what, strerror(error));
}

bool shortage__check_stack(void)
{
	unsigned long long stack = limit_kib(RLIMIT_STACK);

	if (!stack || stack >= NEEDED_STACK / KIB)
		return true;
	log_error("the stack's limit of %llu KiB is too small: raise it to %llu at least "
		  "(ulimit -s 8192)",
		  stack, NEEDED_STACK / KIB);
	return false;
}

bool shortage__check_descriptors(void)
{
	int error = try_descriptors();

	if (error)
		explain_descriptors("cannot begin", error);
	return !error;
}
