/* SPDX-License-Identifier: GPL-2.0 */
/* Made up processes, in a folder in place of /proc. */
#ifndef TESTS_USER_PROCESS_H
#define TESTS_USER_PROCESS_H

#include <errno.h>

#include "tests/unit/files.h"
#include "user/user_symbols.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

#define PATH_SIZE (2 * FILES_PATH_SIZE)

#define ROOT_FOLDER "root-of-all" /* what made up processes have as their root */

struct fixture {
	char folder[FILES_PATH_SIZE]; /* serves as /proc */
	struct user_symbols *symbols; /* of the folder */
};

static inline int begin(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	files__begin(fixture->folder);
	fixture->symbols = user_symbols__new(fixture->folder);
	assert_non_null(fixture->symbols);
	*state = fixture;
	return 0;
}

static inline int end(void **state)
{
	struct fixture *fixture = *state;

	user_symbols__free(fixture->symbols);
	files__end(fixture->folder);
	free(fixture);
	return 0;
}

/* Makes up a process, whose root is ROOT_FOLDER. */
static inline void make_process(const struct fixture *fixture, unsigned int pid, const char *maps)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/" ROOT_FOLDER, fixture->folder);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%u", fixture->folder, pid);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%u/root", fixture->folder, pid);
	if (symlink("../" ROOT_FOLDER, path))
		assert_int_equal(errno, EEXIST);
	snprintf(path, sizeof(path), "%s/%u/maps", fixture->folder, pid);
	files__write_text(path, maps);
}

static const struct process_id made_up = { .pid = 123 };

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

#endif /* TESTS_USER_PROCESS_H */
