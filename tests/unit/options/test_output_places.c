// SPDX-License-Identifier: GPL-2.0
/*
 * Tests that files which are one by whatever names are refused, and that nothing is made or emptied
 * before that.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixtures/command_line.h"
#include "fixtures/files.h"

#define CONTENT "kept\n"

/* Each test has a folder as its working directory: in it "file", which "hard" and "soft" name too.
 */
static int set_up(void **state)
{
	char *folder = malloc(FILES_PATH_SIZE);

	assert_non_null(folder);
	files__begin(folder);
	assert_int_equal(chdir(folder), 0);
	files__write_text("file", CONTENT);
	assert_int_equal(link("file", "hard"), 0);
	assert_int_equal(symlink("file", "soft"), 0);
	assert_int_equal(mkdir("folder", 0755), 0);
	*state = folder;
	return 0;
}

static int tear_down(void **state)
{
	assert_int_equal(chdir("/"), 0);
	files__end(*state);
	free(*state);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void expect_untouched(const char *path)
{
	char text[sizeof(CONTENT) + 1] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(read(fd, text, sizeof(text)), strlen(CONTENT));
	close(fd);
	assert_string_equal(text, CONTENT);
}

/* Expect that the two are refused, whose descriptions these are. */
#define EXPECT_SAME(one, other, ...)                                                               \
	do {                                                                                       \
		EXPECT_USAGE(one " and " other " are the same file: name another for one of them", \
			     __VA_ARGS__);                                                         \
		expect_untouched("file");                                                          \
	} while (0)

#define EXPECT_ACCEPTED(...)                 \
	do {                                 \
		struct parsed right_;        \
		PARSE(&right_, __VA_ARGS__); \
		expect_success(&right_);     \
		expect_untouched("file");    \
	} while (0)

static void refuses_two_outputs_in_one_file(void **state)
{
	(void)state;
	EXPECT_SAME("output \"file\"", "output \"./file\"", "-o", "file", "-o", "line:./file");
	EXPECT_SAME("output \"file\"", "output \"hard\"", "-o", "file", "--timeline", "hard");
	EXPECT_SAME("output \"soft\"", "output \"hard\"", "-o", "jsonl:soft", "-o", "line:hard");
	EXPECT_SAME("output \"folder/../file\"", "output \"file\"", "-o", "folder/../file",
		    "--timeline", "file");
	EXPECT_ACCEPTED("-o", "file", "--timeline", "other");
	assert_int_equal(access("other", F_OK), -1);
}

static void refuses_a_ready_file_that_is_an_output(void **state)
{
	(void)state;
	EXPECT_SAME("output \"file\"", "--ready-file \"file\"", "-o", "file", "--ready-file",
		    "file");
	EXPECT_SAME("output \"file\"", "--ready-file \"hard\"", "-o", "line:file", "--ready-file",
		    "hard");
	EXPECT_SAME("output \"soft\"", "--ready-file \"file\"", "--ready-file", "file",
		    "--timeline", "soft");
	EXPECT_SAME("--ready-file \"/proc/self/fd/1\"", "standard output", "--ready-file",
		    "/proc/self/fd/1");
	EXPECT_ACCEPTED("-o", "file", "--ready-file", "ready");
}

static void refuses_to_overwrite_what_is_read(void **state)
{
	(void)state;
	EXPECT_SAME("output \"file\"", "--btf \"soft\"", "-o", "file", "--btf", "soft");
	EXPECT_SAME("--ready-file \"hard\"", "--btf \"file\"", "--ready-file", "hard", "--btf",
		    "file");
	EXPECT_ACCEPTED("-o", "other", "--btf", "file");
}

/* Of a file that does not exist there is no inode to compare. */
static void knows_a_file_that_is_to_be_made(void **state)
{
	(void)state;
	EXPECT_SAME("output \"new\"", "output \"./new\"", "-o", "new", "--timeline", "./new");
	EXPECT_SAME("output \"new\"", "--ready-file \"folder/../new\"", "-o", "new", "--ready-file",
		    "folder/../new");
	assert_int_equal(symlink("folder/new", "ahead"), 0);
	assert_int_equal(symlink("../ahead", "folder/around"), 0);
	EXPECT_SAME("output \"ahead\"", "output \"folder/new\"", "-o", "ahead", "-o",
		    "line:folder/new");
	EXPECT_SAME("output \"folder/around\"", "output \"folder/new\"", "-o", "folder/around",
		    "-o", "line:folder/new");
	EXPECT_ACCEPTED("-o", "new", "-o", "line:folder/new");
	EXPECT_ACCEPTED("-o", "new", "-o", "line:New");
	assert_int_equal(access("new", F_OK), -1);
	assert_int_equal(access("folder/new", F_OK), -1);
}

/* When such a file is opened, the message says why that cannot be done. */
static void leaves_alone_what_cannot_be_made(void **state)
{
	(void)state;
	assert_int_equal(symlink("loop", "loop"), 0);
	EXPECT_ACCEPTED("-o", "loop", "-o", "line:./loop");
	EXPECT_ACCEPTED("-o", "no/folder", "-o", "line:./no/folder");
	EXPECT_ACCEPTED("-o", "file/in", "--ready-file", "file/out");
}

static void knows_pipes_and_devices(void **state)
{
	(void)state;
	assert_int_equal(mkfifo("fifo", 0600), 0);
	EXPECT_SAME("output \"fifo\"", "output \"./fifo\"", "-o", "fifo", "-o", "line:./fifo");
	/* What is written there is discarded, so any number of outputs may go there. */
	EXPECT_ACCEPTED("-o", "/dev/null", "-o", "line:/dev//null", "--ready-file", "/dev/null");
}

/* Parses with the descriptor open on "file". */
#define WITH_FILE_AS(fd, statement)                                 \
	do {                                                        \
		int saved_ = dup(fd), file_ = open("file", O_RDWR); \
		assert_true(saved_ >= 0 && file_ >= 0);             \
		assert_int_equal(dup2(file_, fd), fd);              \
		statement;                                          \
		assert_int_equal(dup2(saved_, fd), fd);             \
		close(saved_);                                      \
		close(file_);                                       \
	} while (0)

static void knows_the_standard_descriptors(void **state)
{
	(void)state;
	WITH_FILE_AS(STDIN_FILENO, EXPECT_SAME("output \"hard\"", "standard input", "-o", "hard"));
	EXPECT_SAME("output \"/dev/stderr\"", "standard error", "-o", "/dev/stderr");
	EXPECT_SAME("output \"/dev/stdout\"", "standard output", "-o", "/dev/stdout", "--", "sh");
	EXPECT_SAME("output \"/dev/fd/1\"", "standard output", "-o", "line:/dev/fd/1", "--format",
		    "tree");
	/* Nothing else writes there. */
	EXPECT_ACCEPTED("-o", "/dev/stdout");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(refuses_two_outputs_in_one_file),
		TEST(refuses_a_ready_file_that_is_an_output),
		TEST(refuses_to_overwrite_what_is_read),
		TEST(knows_a_file_that_is_to_be_made),
		TEST(leaves_alone_what_cannot_be_made),
		TEST(knows_pipes_and_devices),
		TEST(knows_the_standard_descriptors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
