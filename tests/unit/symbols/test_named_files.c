// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/sysmacros.h>

#include "shared/wire_file.h"
#include "symbols/named_files.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* A record with a path of these bytes, in a block of just its size. */
static struct wire_file *make(__u32 number, __u16 flags, const char *path, size_t path_size)
{
	struct wire_file *sent = test_malloc(WIRE_FILE_HEADER_SIZE + path_size);

	memset(sent, 0, WIRE_FILE_HEADER_SIZE);
	sent->version = WIRE_FILE_VERSION;
	sent->flags = flags;
	sent->number = number;
	sent->path_size = path_size;
	sent->device = 8 << 20 | 1;
	sent->inode = 5;
	sent->size = 100;
	sent->modified_sec = 7;
	memcpy(sent->path, path, path_size);
	return sent;
}

static bool keep(struct named_files *files, struct wire_file *sent, const char **reason)
{
	size_t size = WIRE_FILE_HEADER_SIZE + sent->path_size;
	bool kept;

	assert_true(named_files__is_record(sent, size));
	kept = named_files__keep(files, sent, size, reason);
	test_free(sent);
	return kept;
}

static void puts_paths_together(void **state)
{
	static const struct {
		const char *sent;
		size_t size;
		__u16 flags;
		const char *path;
	} cases[] = {
#define PATH(sent, flags, path) { sent, sizeof(sent), flags, path }
		PATH("libc.so.6\0x86_64\0lib\0usr", 0, "/usr/lib/x86_64/libc.so.6"),
		PATH("init", 0, "/init"),
		PATH("memfd:a/b", WIRE_FILE_DELETED, "/memfd:a/b"),
		PATH("c\0b\0a", WIRE_FILE_CUT, ".../a/b/c"),
		{ "c\0bb", 4, 0, "/bb/c" }, /* the last NUL is missing */
		{ "c\0\0a", 5, 0, "/a//c" },
		{ "", 0, 0, "/" },
		{ "", 0, WIRE_FILE_CUT, "..." },
	};
	struct named_files *files = named_files__new();
	const struct named_file *file;
	const char *reason;
	size_t i;

	(void)state;
	for (i = 0; i < NR(cases); i++) {
		assert_true(keep(files, make(9, cases[i].flags, cases[i].sent, cases[i].size),
				 &reason));
		file = named_files__find(files, 9);
		assert_non_null(file);
		assert_string_equal(file->path, cases[i].path);
		assert_int_equal(file->cut, !!(cases[i].flags & WIRE_FILE_CUT));
		assert_int_equal(file->deleted, !!(cases[i].flags & WIRE_FILE_DELETED));
	}
	named_files__free(files);
}

static void keeps_the_latest(void **state)
{
	struct named_files *files = named_files__new();
	const char *reason;

	(void)state;
	assert_null(named_files__find(files, 0));
	assert_true(keep(files, make(1, 0, "a", 2), &reason));
	assert_true(keep(files, make(2, 0, "b", 2), &reason));
	assert_true(keep(files, make(1 + NR_FILES, 0, "c", 2), &reason));
	assert_null(named_files__find(files, 1));
	assert_string_equal(named_files__find(files, 2)->path, "/b");
	assert_string_equal(named_files__find(files, 1 + NR_FILES)->path, "/c");
	named_files__free(files);
}

static void refuses_damaged_records(void **state)
{
	struct named_files *files = named_files__new();
	struct wire_file *sent;
	const char *reason;

	(void)state;
	assert_false(keep(files, make(0, 0, "a", 2), &reason));
	assert_string_equal(reason, "number of a file out of range");
	assert_false(keep(files, make(WIRE_MAX_FILE + 1, 0, "a", 2), &reason));
	sent = make(1, 0, "abc", 4);
	assert_false(named_files__keep(files, sent, WIRE_FILE_HEADER_SIZE + 3, &reason));
	assert_string_equal(reason, "too short for its path");
	assert_false(named_files__keep(files, sent, WIRE_FILE_HEADER_SIZE - 1, &reason));
	assert_string_equal(reason, "too short for a file");
	sent->path_size = UINT32_MAX;
	assert_false(named_files__keep(files, sent, WIRE_FILE_HEADER_SIZE + 4, &reason));
	test_free(sent);
	assert_null(named_files__find(files, 1));
	named_files__free(files);
}

static void knows_the_file_again(void **state)
{
	struct named_files *files = named_files__new();
	struct stat same = {
		.st_dev = makedev(8, 1), .st_ino = 5, .st_size = 100, .st_mtim.tv_sec = 7
	};
	struct stat above = { .st_dev = makedev(0, 40), .st_size = 100, .st_mtim.tv_sec = 7 };
	const struct named_file *file;
	const char *reason;

	(void)state;
	assert_true(keep(files, make(1, 0, "a", 2), &reason));
	file = named_files__find(files, 1);
	assert_true(named_file__is(file, &same, false));
	same.st_size = 99; /* it was written since */
	assert_false(named_file__is(file, &same, false));
	same.st_size = 100;
	same.st_mtim.tv_sec = 8;
	assert_false(named_file__is(file, &same, false));
	same.st_mtim.tv_sec = 7;
	same.st_ino = 6; /* another file of that file system */
	assert_false(named_file__is(file, &same, false));
	assert_false(named_file__is(file, &same, true));
	assert_true(named_file__is(file, &above, true));   /* as overlayfs shows it */
	assert_false(named_file__is(file, &above, false)); /* of another file system */
	above.st_mtim.tv_nsec = 1;
	assert_false(named_file__is(file, &above, true));
	named_files__free(files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_paths_together),
		cmocka_unit_test(keeps_the_latest),
		cmocka_unit_test(refuses_damaged_records),
		cmocka_unit_test(knows_the_file_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
