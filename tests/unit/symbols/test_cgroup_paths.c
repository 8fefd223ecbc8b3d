// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>

#include "fixtures/files.h"
#include "symbols/cgroup_paths.h"

#define PATH_SIZE (4 * FILES_PATH_SIZE)
#define MOUNTINFO "/proc/self/mountinfo"

/* Return where the hierarchy is mounted on this machine, or NULL. */
static const char *cgroup_mount(void)
{
	static const char *const mounts[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };
	struct statfs status;
	int i;

	for (i = 0; i < 2; i++) {
		if (!statfs(mounts[i], &status) && status.f_type == CGROUP2_SUPER_MAGIC)
			return mounts[i];
	}
	return NULL;
}

struct fixture {
	char folder[FILES_PATH_SIZE];
	char cgroup[FILES_PATH_SIZE]; /* directory of a new cgroup; empty if none can be made */
	const char *path;	      /* its path in the hierarchy */
	struct cgroup_paths *paths;   /* NULL if there is no hierarchy */
};

static int begin(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	const char *mount = cgroup_mount();

	assert_non_null(fixture);
	files__begin(fixture->folder);
	if (mount) {
		snprintf(fixture->cgroup, sizeof(fixture->cgroup), "%s/sockcreate-test.XXXXXX",
			 mount);
		if (mkdtemp(fixture->cgroup))
			fixture->path = fixture->cgroup + strlen(mount);
		else
			fixture->cgroup[0] = '\0';
		fixture->paths = cgroup_paths__open(MOUNTINFO);
	}
	*state = fixture;
	return 0;
}

/* Removing a cgroup's directory removes its files. */
static int remove_cgroup(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)walk;
	if (type == FTW_DP)
		rmdir(path);
	return 0;
}

static int end(void **state)
{
	struct fixture *fixture = *state;

	cgroup_paths__close(fixture->paths);
	if (fixture->cgroup[0])
		nftw(fixture->cgroup, remove_cgroup, 16, FTW_DEPTH | FTW_PHYS);
	files__end(fixture->folder);
	free(fixture);
	return 0;
}

static void need_cgroup(const struct fixture *fixture)
{
	if (fixture->paths && fixture->cgroup[0])
		return;
	print_message("there is no cgroup v2 hierarchy here in which cgroups can be made\n");
	skip();
}

/* Make a cgroup below the fixture's. Its id is its inode number. */
static __u64 make_cgroup(const struct fixture *fixture, const char *name)
{
	char path[PATH_SIZE];
	struct stat status;

	snprintf(path, sizeof(path), "%s%s", fixture->cgroup, name);
	if (mkdir(path, 0755))
		assert_int_equal(errno, EEXIST);
	assert_int_equal(stat(path, &status), 0);
	return status.st_ino;
}

/* name is relative to the fixture's cgroup. NULL means that the id must be unknown. */
static void expect(struct fixture *fixture, struct cgroup_paths *paths, __u64 id, const char *name)
{
	const char *found = cgroup_paths__find(paths, id);
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s%s", fixture->path, name ? name : "");
	if ((found != NULL) != (name != NULL) || (name && strcmp(found, path)))
		fail_msg("got %s, expected %s", found, name ? path : "nothing");
}

static void finds_cgroups(void **state)
{
	static const char *const names[] = { "",	 "/a",
					     "/a/b c",	 "/a/b c/d\\040\xff",
					     "/.hidden", "/x (deleted)" };
	struct fixture *fixture = *state;
	struct stat root;
	size_t i;

	need_cgroup(fixture);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		expect(fixture, fixture->paths, make_cgroup(fixture, names[i]), names[i]);
	assert_int_equal(stat(cgroup_mount(), &root), 0);
	assert_string_equal(cgroup_paths__find(fixture->paths, root.st_ino), "/");
	assert_string_equal(cgroup_paths__find(fixture->paths, root.st_ino), "/");
	assert_null(cgroup_paths__find(fixture->paths, 0));
	assert_null(cgroup_paths__find(fixture->paths, UINT64_MAX));
}

/* The inode numbers of files are ids of the same kind. */
static void finds_no_files(void **state)
{
	struct fixture *fixture = *state;
	char path[PATH_SIZE];
	struct stat status;

	need_cgroup(fixture);
	snprintf(path, sizeof(path), "%s/cgroup.procs", fixture->cgroup);
	assert_int_equal(stat(path, &status), 0);
	expect(fixture, fixture->paths, status.st_ino, NULL);
}

static void knows_no_removed_cgroups(void **state)
{
	struct fixture *fixture = *state;
	char path[PATH_SIZE];
	__u64 never_seen, seen;

	need_cgroup(fixture);
	never_seen = make_cgroup(fixture, "/a");
	seen = make_cgroup(fixture, "/b");
	expect(fixture, fixture->paths, seen, "/b");
	snprintf(path, sizeof(path), "%s/a", fixture->cgroup);
	assert_int_equal(rmdir(path), 0);
	snprintf(path, sizeof(path), "%s/b", fixture->cgroup);
	assert_int_equal(rmdir(path), 0);
	expect(fixture, fixture->paths, never_seen, NULL);
	expect(fixture, fixture->paths, never_seen, NULL);
	/* The removed cgroup's path is still right for what happened in it. */
	expect(fixture, fixture->paths, seen, "/b");
	/* A new cgroup of the same name has another id. */
	assert_int_not_equal(make_cgroup(fixture, "/a"), never_seen);
	expect(fixture, fixture->paths, never_seen, NULL);
}

static void agrees_with_the_kernel(void **state)
{
	struct fixture *fixture = *state;
	char path[PATH_SIZE], line[PATH_SIZE];
	int pipes[2], status, fd;
	bool found = false;
	pid_t child;
	FILE *file;

	need_cgroup(fixture);
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		close(pipes[1]);
		_exit(read(pipes[0], line, 1) != 0);
	}
	make_cgroup(fixture, "/with a process");
	snprintf(path, sizeof(path), "%s/with a process/cgroup.procs", fixture->cgroup);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	dprintf(fd, "%d", child);
	close(fd);
	snprintf(path, sizeof(path), "/proc/%d/cgroup", child);
	file = fopen(path, "r");
	assert_non_null(file);
	while (!found && fgets(line, sizeof(line), file))
		found = !strncmp(line, "0::", 3);
	fclose(file);
	close(pipes[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	close(pipes[0]);
	assert_true(found);
	line[strcspn(line, "\n")] = '\0';
	assert_string_equal(cgroup_paths__find(fixture->paths,
					       make_cgroup(fixture, "/with a process")),
			    line + 3);
}

/* Drop CAP_DAC_READ_SEARCH. */
static bool drop_capability(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};

	if (syscall(SYS_capget, &header, data))
		return false;
	data[CAP_TO_INDEX(CAP_DAC_READ_SEARCH)].effective &= ~CAP_TO_MASK(CAP_DAC_READ_SEARCH);
	data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective &= ~CAP_TO_MASK(CAP_SYS_ADMIN);
	return !syscall(SYS_capset, &header, data);
}

static bool is_path(struct fixture *fixture, __u64 id, const char *name)
{
	const char *found = cgroup_paths__find(fixture->paths, id);
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s%s", fixture->path, name);
	return found && !strcmp(found, path);
}

/* Return 0 on success, else the number of the failed step. */
static int find_without_privileges(struct fixture *fixture, __u64 before, __u64 after)
{
	if (!is_path(fixture, before, "/before"))
		return 1;
	if (!drop_capability())
		return 2;
	if (!is_path(fixture, before, "/before"))
		return 3;
	return cgroup_paths__find(fixture->paths, after) ? 4 : 0;
}

/* Cgroups that were found before remain known. No others are found any more. */
static void finds_nothing_without_privileges(void **state)
{
	struct fixture *fixture = *state;
	__u64 before, after;
	pid_t child;
	int status;

	need_cgroup(fixture);
	before = make_cgroup(fixture, "/before");
	after = make_cgroup(fixture, "/after");
	child = fork();
	assert_true(child >= 0);
	if (!child)
		_exit(find_without_privileges(fixture, before, after));
	assert_int_equal(waitpid(child, &status, 0), child);
	if (status)
		fail_msg("step %d failed", WEXITSTATUS(status));
}

/* Look up many more ids than are kept, one of which exists. A removed cgroup is forgotten then. */
static void bounds_what_it_keeps(void **state)
{
	struct fixture *fixture = *state;
	int before = files__count_open();
	char path[PATH_SIZE];
	__u64 id, removed, i;

	need_cgroup(fixture);
	id = make_cgroup(fixture, "/kept");
	removed = make_cgroup(fixture, "/removed");
	expect(fixture, fixture->paths, removed, "/removed");
	snprintf(path, sizeof(path), "%s/removed", fixture->cgroup);
	assert_int_equal(rmdir(path), 0);
	expect(fixture, fixture->paths, removed, "/removed");
	for (i = 0; i < 20000; i++) {
		assert_null(cgroup_paths__find(fixture->paths, 0xffff000000000000 + i));
		if (i % 100 == 0)
			expect(fixture, fixture->paths, id, "/kept");
	}
	expect(fixture, fixture->paths, removed, NULL);
	assert_int_equal(files__count_open(), before);
}

static struct cgroup_paths *open_text(const struct fixture *fixture, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static struct cgroup_paths *open_text(const struct fixture *fixture, const char *format, ...)
{
	char path[PATH_SIZE], text[PATH_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	snprintf(path, sizeof(path), "%s/mountinfo", fixture->folder);
	files__write_text(path, text);
	return cgroup_paths__open(path);
}

static void says_that_there_is_no_hierarchy(void **state)
{
	struct fixture *fixture = *state;

	errno = 0;
	assert_null(open_text(fixture, "%s", ""));
	assert_int_equal(errno, ENOENT);
	assert_null(open_text(fixture,
			      "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
			      "32 31 0:29 / /sys/fs/cgroup/cpu rw shared:3 - cgroup cgroup rw\n"
			      "33 31 0:29 / %s rw - cgroup2\n"
			      "34 31 - cgroup2 cgroup2 rw\n"
			      " - cgroup2 \n"
			      " - \n"
			      "\n"
			      "35 31 0:29 / %s/missing rw - cgroup2 cgroup2 rw\n",
			      fixture->folder, fixture->folder));
	assert_int_equal(errno, ENOENT);
	/* Another file system is mounted over it. */
	assert_null(
		open_text(fixture, "35 31 0:29 / %s rw - cgroup2 cgroup2 rw\n", fixture->folder));
	assert_int_equal(errno, ENOENT);
	assert_null(cgroup_paths__open("/proc/self/no such file"));
	assert_int_equal(errno, ENOENT);
	cgroup_paths__close(NULL);
}

static void chooses_among_mounts(void **state)
{
	struct fixture *fixture = *state;
	struct cgroup_paths *paths;
	__u64 id;

	need_cgroup(fixture);
	id = make_cgroup(fixture, "/a");
	/* A mount of a part is used only if there is nothing better. Paths then begin there. */
	paths = open_text(fixture,
			  "1 1 0:1 / %s rw - cgroup2 cgroup2 rw\n"
			  "2 1 0:1 %s %s rw,nosuid shared:1 master:2 - cgroup2 none rw\n",
			  fixture->folder, fixture->path, fixture->cgroup);
	assert_non_null(paths);
	assert_string_equal(cgroup_paths__find(paths, id), "/a");
	assert_string_equal(cgroup_paths__find(paths, make_cgroup(fixture, "")), "/");
	cgroup_paths__close(paths);
	paths = open_text(fixture,
			  "2 1 0:1 %s %s rw - cgroup2 cgroup2 rw\n"
			  "3 1 0:1 / %s rw - cgroup2 cgroup2 rw\n",
			  fixture->path, fixture->cgroup, cgroup_mount());
	assert_non_null(paths);
	expect(fixture, paths, id, "/a");
	cgroup_paths__close(paths);
}

/* Mount the hierarchy once more, at a path that mountinfo writes with octal escapes. */
static int find_in_odd_mount(struct fixture *fixture, __u64 id)
{
	char mount_point[PATH_SIZE], text[PATH_SIZE] = "";
	struct cgroup_paths *paths;
	char *line = NULL;
	size_t size = 0;
	FILE *file;

	snprintf(mount_point, sizeof(mount_point), "%s/a b\\c\td", fixture->folder);
	if (mkdir(mount_point, 0755) || unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", mount_point, "cgroup2", 0, NULL))
		return 1;
	file = fopen(MOUNTINFO, "re");
	while (file && getline(&line, &size, file) > 0) {
		if (strstr(line, fixture->folder))
			snprintf(text, sizeof(text), "%s", line);
	}
	paths = open_text(fixture, "%s", text);
	if (!paths)
		return 2;
	cgroup_paths__close(fixture->paths);
	fixture->paths = paths;
	if (!is_path(fixture, id, "/a"))
		return 3;
	free(line);
	fclose(file);
	return 0;
}

static void understands_octal_paths(void **state)
{
	struct fixture *fixture = *state;
	pid_t child;
	int status;
	__u64 id;

	need_cgroup(fixture);
	id = make_cgroup(fixture, "/a");
	child = fork();
	assert_true(child >= 0);
	if (!child)
		_exit(find_in_odd_mount(fixture, id));
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WEXITSTATUS(status) == 1) {
		print_message("cannot mount the hierarchy once more here\n");
		skip();
	}
	assert_int_equal(status, 0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_cgroups),
		TEST(finds_no_files),
		TEST(knows_no_removed_cgroups),
		TEST(agrees_with_the_kernel),
		TEST(finds_nothing_without_privileges),
		TEST(bounds_what_it_keeps),
		TEST(says_that_there_is_no_hierarchy),
		TEST(chooses_among_mounts),
		TEST(understands_octal_paths),
	};

	return cmocka_run_group_tests_name("cgroup_paths", tests, NULL, NULL);
}
