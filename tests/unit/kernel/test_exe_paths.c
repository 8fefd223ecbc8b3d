// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixtures/files.h"
#include "kernel/exe_paths.h"
#include "shared/config.h"
#include "text/log.h"

struct fixture {
	char folder[FILES_PATH_SIZE];
	char one[FILES_PATH_SIZE + 8], two[FILES_PATH_SIZE + 8];
	const char *paths[2];
	struct exe_paths exe_paths;
};

static int begin(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	files__begin(fixture->folder);
	snprintf(fixture->one, sizeof(fixture->one), "%s/one", fixture->folder);
	snprintf(fixture->two, sizeof(fixture->two), "%s/two", fixture->folder);
	files__write_text(fixture->one, "1");
	files__write_text(fixture->two, "2");
	fixture->paths[0] = fixture->one;
	fixture->paths[1] = fixture->two;
	assert_int_equal(exe_paths__open(&fixture->exe_paths, fixture->paths, 2), 0);
	*state = fixture;
	return 0;
}

static int end(void **state)
{
	struct fixture *fixture = *state;

	exe_paths__close(&fixture->exe_paths);
	files__end(fixture->folder);
	free(fixture);
	return 0;
}

/* Put another file at a path, and return the inode of the one that was there. */
static ino_t replace(const struct fixture *fixture, const char *path)
{
	char other[FILES_PATH_SIZE + 8];
	struct stat before;

	snprintf(other, sizeof(other), "%s/other", fixture->folder);
	assert_int_equal(stat(path, &before), 0);
	files__write_text(other, "3");
	assert_int_equal(rename(other, path), 0);
	return before.st_ino;
}

static ino_t inode_of(int fd)
{
	struct stat status;

	assert_int_equal(fstat(fd, &status), 0);
	return status.st_ino;
}

static ino_t inode_at(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_ino;
}

static void opens_all_or_none(void **state)
{
	struct fixture *fixture = *state;
	const char *const paths[] = { fixture->one, "/no/such/file" };
	int before = files__count_open();
	struct exe_paths exe_paths;

	assert_int_equal(fixture->exe_paths.nr, 2);
	assert_int_equal(inode_of(fixture->exe_paths.fds[0]), inode_at(fixture->one));
	assert_int_equal(inode_of(fixture->exe_paths.fds[1]), inode_at(fixture->two));
	assert_int_equal(exe_paths__open(&exe_paths, paths, 2), -1);
	assert_int_equal(files__count_open(), before);
	assert_int_equal(exe_paths__open(&exe_paths, NULL, 0), 0);
	assert_false(exe_paths__look(&exe_paths));
	exe_paths__close(&exe_paths);
}

static void keeps_what_was_replaced(void **state)
{
	struct fixture *fixture = *state;
	struct exe_paths *exe_paths = &fixture->exe_paths;
	ino_t before;

	assert_false(exe_paths__look(exe_paths));
	before = replace(fixture, fixture->two);
	assert_true(exe_paths__look(exe_paths));
	assert_int_equal(exe_paths->nr, 3);
	assert_int_equal(inode_of(exe_paths->fds[1]), inode_at(fixture->two));
	assert_int_equal(inode_of(exe_paths->fds[2]), before);
	assert_false(exe_paths__look(exe_paths));
	/* Between the removal of a file and the next one nothing changes. */
	unlink(fixture->one);
	assert_false(exe_paths__look(exe_paths));
	assert_int_equal(exe_paths->nr, 3);
}

/* However often a file is replaced, the latest ones are known and no more descriptors are open. */
static void bounds_what_it_keeps(void **state)
{
	struct fixture *fixture = *state;
	struct exe_paths *exe_paths = &fixture->exe_paths;
	int before = files__count_open() - 2, i;
	ino_t last = 0;

	for (i = 0; i < 3 * MAX_EXE_FILES; i++) {
		last = replace(fixture, fixture->one);
		assert_true(exe_paths__look(exe_paths));
	}
	assert_int_equal(exe_paths->nr, MAX_EXE_FILES);
	/* The one that was dropped last is open until nobody can compare with it. */
	assert_int_equal(files__count_open(), before + MAX_EXE_FILES + 1);
	assert_false(exe_paths__look(exe_paths));
	assert_int_equal(files__count_open(), before + MAX_EXE_FILES);
	assert_int_equal(inode_of(exe_paths->fds[0]), inode_at(fixture->one));
	assert_int_equal(inode_of(exe_paths->fds[1]), inode_at(fixture->two));
	for (i = 2; i < MAX_EXE_FILES && inode_of(exe_paths->fds[i]) != last; i++)
		;
	assert_true(i < MAX_EXE_FILES);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(opens_all_or_none),
		TEST(keeps_what_was_replaced),
		TEST(bounds_what_it_keeps),
	};

	return cmocka_run_group_tests_name("exe_paths", tests, NULL, NULL);
}
