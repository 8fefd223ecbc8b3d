// SPDX-License-Identifier: GPL-2.0
/* Tests addresses of processes that are made by the test. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <sys/inotify.h>
#include <sys/sysmacros.h>

#include "fixtures/elf_file.h"
#include "fixtures/files.h"
#include "fixtures/user_frames.h"
#include "fixtures/user_process.h"

static const char *root_path(const struct fixture *fixture, const char *name)
{
	static char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/" ROOT_FOLDER "/%s", fixture->folder, name);
	return path;
}

static const struct elf_file_symbol functions[] = {
	{ "first", ELF_FILE_TEXT_ADDRESS, 0x20, STT_FUNC, STB_GLOBAL, ELF_FILE_TEXT },
	{ "second", ELF_FILE_TEXT_ADDRESS + 0x20, 0x20, STT_FUNC, STB_GLOBAL, ELF_FILE_TEXT },
};

static void make_elf(const char *path, const struct elf_file_symbol *symbols, int number)
{
	const struct elf_file file = { ELFCLASS64, ELFDATA2LSB, SHT_SYMTAB, symbols, number };
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);

	assert_true(fd >= 0);
	assert_true(elf_file__write(fd, &file));
	close(fd);
}

/* Map one of the root's files at 0x10000, at the offset of its text. */
static void map_file(const struct fixture *fixture, unsigned int pid, const char *name,
		     unsigned int major, unsigned long inode)
{
	char maps[PATH_SIZE];

	snprintf(maps, sizeof(maps), "10000-11000 r-xp %x %x:00 %lu /%s\n", ELF_FILE_TEXT_OFFSET,
		 major, inode, name);
	make_process(fixture, pid, maps);
}

static void finds_files_below_the_root(void **state)
{
	struct fixture *fixture = *state;
	struct user_frame frame;

	map_file(fixture, 123, "program", 0xfff, 5);
	make_elf(root_path(fixture, "program"), functions, NR(functions));
	frame = find(fixture->symbols, &made_up, 0x10025);
	expect_at(&frame, "/program", "program", ELF_FILE_TEXT_ADDRESS + 0x25);
	expect_symbol(&frame, "second", 5);
	/* This is text, but no function contains it. */
	frame = find(fixture->symbols, &made_up, 0x10080);
	expect_at(&frame, "/program", "program", ELF_FILE_TEXT_ADDRESS + 0x80);
	assert_true(frame.elf_address);
	assert_null(frame.symbol);
}

static void prefers_the_mapped_file_itself(void **state)
{
	struct fixture *fixture = *state;
	char path[PATH_SIZE];
	struct user_frame frame;

	map_file(fixture, 123, "program (deleted)", 0xfff, 5);
	make_elf(root_path(fixture, "other"), functions, NR(functions));
	snprintf(path, sizeof(path), "%s/123/map_files", fixture->folder);
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "%s/123/map_files/10000-11000", fixture->folder);
	assert_int_equal(symlink(root_path(fixture, "other"), path), 0);
	frame = find(fixture->symbols, &made_up, 0x10025);
	expect_at(&frame, "/program", "program", ELF_FILE_TEXT_ADDRESS + 0x25);
	expect_symbol(&frame, "second", 5);
	assert_true(frame.deleted);
}

static void expect_no_elf(struct fixture *fixture, unsigned int pid, const char *name)
{
	const struct process_id id = { .pid = pid };
	struct user_frame frame = find(fixture->symbols, &id, 0x10025);

	assert_string_equal(frame.module, name);
	assert_int_equal(frame.offset, ELF_FILE_TEXT_OFFSET + 0x25);
	assert_false(frame.elf_address);
	assert_null(frame.symbol);
}

/* Expect no symbol, and that the file was not opened: opening a device or FIFO would be noticed. */
static void expect_not_opened(struct fixture *fixture, unsigned int pid, const char *name)
{
	int events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	struct inotify_event event;

	assert_true(inotify_add_watch(events, root_path(fixture, name), IN_OPEN) >= 0);
	expect_no_elf(fixture, pid, name);
	assert_int_equal(read(events, &event, sizeof(event)), -1);
	assert_int_equal(errno, EAGAIN);
	close(events);
}

static void reads_regular_files_only(void **state)
{
	struct fixture *fixture = *state;
	char outside[PATH_SIZE];

	map_file(fixture, 1, "fifo", 0xfff, 5);
	map_file(fixture, 2, "link", 0xfff, 5);
	map_file(fixture, 3, "folder", 0xfff, 5);
	map_file(fixture, 4, "text", 0xfff, 5);
	map_file(fixture, 5, "missing", 0xfff, 5);
	map_file(fixture, 6, "program (deleted)", 0xfff, 5);
	map_file(fixture, 7, "../outside", 0xfff, 5);
	snprintf(outside, sizeof(outside), "%s/outside", fixture->folder);
	make_elf(outside, functions, NR(functions));
	make_elf(root_path(fixture, "program"), functions, NR(functions));
	assert_int_equal(mkfifo(root_path(fixture, "fifo"), 0600), 0);
	assert_int_equal(symlink("program", root_path(fixture, "link")), 0);
	assert_int_equal(mkdir(root_path(fixture, "folder"), 0700), 0);
	files__write_text(root_path(fixture, "text"), "text\n");
	expect_not_opened(fixture, 1, "fifo");
	expect_no_elf(fixture, 2, "link");
	expect_no_elf(fixture, 3, "folder");
	expect_no_elf(fixture, 4, "text");
	expect_no_elf(fixture, 5, "missing");
	expect_no_elf(fixture, 6, "program");
	expect_no_elf(fixture, 7, "outside");
}

static void opens_no_device(void **state)
{
	struct fixture *fixture = *state;

	map_file(fixture, 1, "zero", 0xfff, 5);
	if (mknod(root_path(fixture, "zero"), S_IFCHR | 0600, makedev(1, 5))) {
		print_message("cannot make a device here: %s\n", strerror(errno));
		skip();
	}
	expect_not_opened(fixture, 1, "zero");
}

static void turns_away_another_file_at_the_path(void **state)
{
	struct fixture *fixture = *state;
	struct user_frame frame;
	char maps[PATH_SIZE];
	struct stat status;
	int i;

	map_file(fixture, 123, "program", 0xfff, 5);
	make_elf(root_path(fixture, "program"), functions, NR(functions));
	assert_int_equal(stat(root_path(fixture, "program"), &status), 0);
	for (i = 0; i < 2; i++) {
		snprintf(maps, sizeof(maps), "10000-11000 r-xp %x %x:%x %lu /program\n",
			 ELF_FILE_TEXT_OFFSET, major(status.st_dev), minor(status.st_dev),
			 status.st_ino + i);
		make_process(fixture, 123, maps);
		frame = find(fixture->symbols, &made_up, 0x10025);
		assert_int_equal(frame.elf_address, i == 0);
	}
}

static void reads_changed_files_anew(void **state)
{
	static const struct elf_file_symbol renamed[] = {
		{ "a", ELF_FILE_TEXT_ADDRESS, 0x20, STT_FUNC, STB_GLOBAL, ELF_FILE_TEXT },
		{ "renamed", ELF_FILE_TEXT_ADDRESS + 0x20, 0x20, STT_FUNC, STB_GLOBAL,
		  ELF_FILE_TEXT },
	};
	/*
	 * The modification time is set, since the clock of the file system may not have advanced.
	 */
	static const struct timespec times[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
	struct fixture *fixture = *state;
	struct user_frame frame;

	map_file(fixture, 123, "program", 0xfff, 5);
	make_elf(root_path(fixture, "program"), functions, NR(functions));
	frame = find(fixture->symbols, &made_up, 0x10025);
	expect_symbol(&frame, "second", 5);
	make_elf(root_path(fixture, "program"), renamed, NR(renamed));
	assert_int_equal(utimensat(AT_FDCWD, root_path(fixture, "program"), times, 0), 0);
	frame = find(fixture->symbols, &made_up, 0x10025);
	expect_symbol(&frame, "renamed", 5);
}

static void keeps_what_it_read_of_a_program(void **state)
{
	const struct process_id id = { .pid = 123, .exec_id = 5 }, later = { 123, 0, 6 };
	struct fixture *fixture = *state;
	struct user_frame frame;

	make_process(fixture, 123, "10000-11000 r-xp 0 0:0 0 [one]\n");
	frame = find(fixture->symbols, &id, 0x10000);
	assert_string_equal(frame.path, "[one]");
	make_process(fixture, 123, "10000-11000 r-xp 0 0:0 0 [two]\n");
	frame = find(fixture->symbols, &id, 0x10000);
	assert_string_equal(frame.path, "[one]");
	/* This is the program that was executed later. */
	frame = find(fixture->symbols, &later, 0x10000);
	assert_string_equal(frame.path, "[two]");
	frame = find(fixture->symbols, &id, 0x10000);
	assert_string_equal(frame.path, "[one]");
	/* Without exec_id the answer may be that of any program. */
	frame = find(fixture->symbols, &made_up, 0x10000);
	assert_string_equal(frame.path, "[two]");
	make_process(fixture, 123, "10000-11000 r-xp 0 0:0 0 [three]\n");
	frame = find(fixture->symbols, &made_up, 0x10000);
	assert_string_equal(frame.path, "[three]");
}

static void knows_nothing_of_an_earlier_program(void **state)
{
	const struct process_id earlier = { .pid = 123, .exec_id = 5 }, later = { 123, 0, 6 };
	struct fixture *fixture = *state;
	struct user_frame frame;

	make_process(fixture, 123, "10000-11000 r-xp 0 0:0 0 [two]\n");
	frame = find(fixture->symbols, &later, 0x10000);
	assert_string_equal(frame.path, "[two]");
	frame = find(fixture->symbols, &earlier, 0x10000);
	expect_unknown(&frame);
}

static void asks_no_later_program_for_an_earlier_one(void **state)
{
	const struct process_id earlier = { .pid = 123, .exec_id = 5 }, later = { 123, 0, 6 };
	struct fixture *fixture = *state;
	struct user_frame frame;

	make_process(fixture, 123, "10000-11000 r-xp 0 0:0 0 [one]\n");
	frame = find(fixture->symbols, &earlier, 0x10000);
	assert_string_equal(frame.path, "[one]");
	make_process(fixture, 123, "20000-21000 r-xp 0 0:0 0 [two]\n");
	frame = find(fixture->symbols, &later, 0x20000);
	assert_string_equal(frame.path, "[two]");
	frame = find(fixture->symbols, &earlier, 0x20000);
	expect_unknown(&frame);
	frame = find(fixture->symbols, &earlier, 0x10000);
	assert_string_equal(frame.path, "[one]");
}

static void finds_what_is_mapped_later(void **state)
{
	const struct process_id id = { .pid = 123, .exec_id = 5 };
	struct fixture *fixture = *state;
	struct user_frame frame;
	int i;

	make_process(fixture, 123, "10000-11000 r-xp 0 0:0 0 [one]\n");
	user_symbols__select(fixture->symbols, &id);
	/* This must also work after many addresses that are not mapped. */
	for (i = 0; i < 1000; i++) {
		user_symbols__find(fixture->symbols, 0x20000, &frame);
		expect_unknown(&frame);
	}
	make_process(fixture, 123,
		     "10000-11000 r-xp 0 0:0 0 [one]\n20000-21000 r-xp 0 0:0 0 [two]\n");
	for (i = 0; i < 100 && strcmp(frame.path, "[two]"); i++)
		user_symbols__find(fixture->symbols, 0x20000, &frame);
	assert_string_equal(frame.path, "[two]");
	/* A second new mapping must be found at once. */
	make_process(fixture, 123,
		     "20000-21000 r-xp 0 0:0 0 [two]\n30000-31000 r-xp 0 0:0 0 [three]\n");
	user_symbols__find(fixture->symbols, 0x30000, &frame);
	assert_string_equal(frame.path, "[three]");
}

static void keeps_what_an_ending_process_had(void **state)
{
	const struct process_id id = { .pid = 123, .exec_id = 5 };
	struct fixture *fixture = *state;
	struct user_frame frame;

	make_process(fixture, 123, "10000-11000 r-xp 0 0:0 0 [one]\n");
	frame = find(fixture->symbols, &id, 0x10000);
	make_process(fixture, 123, "");
	frame = find(fixture->symbols, &id, 0x20000);
	expect_unknown(&frame);
	frame = find(fixture->symbols, &id, 0x10000);
	assert_string_equal(frame.path, "[one]");
}

static void tells_processes_by_their_start(void **state)
{
	/*
	 * The start time is 7 ticks of 10 ms. The name contains the characters that separate
	 * fields.
	 */
	static const char stat[] = "123 (a) R 1 (b) S 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 "
				   "19 7 22 23\n";
	const struct process_id right = { .pid = 123, .start_ns = 79999999 },
				wrong = { .pid = 123, .start_ns = 80000000 };
	struct fixture *fixture = *state;
	struct user_frame frame;
	char path[PATH_SIZE];

	make_process(fixture, 123, "10000-11000 r-xp 0 0:0 0 [one]\n");
	frame = find(fixture->symbols, &right, 0x10000);
	expect_unknown(&frame);
	snprintf(path, sizeof(path), "%s/123/stat", fixture->folder);
	files__write_text(path, stat);
	frame = find(fixture->symbols, &right, 0x10000);
	assert_string_equal(frame.path, "[one]");
	frame = find(fixture->symbols, &wrong, 0x10000);
	expect_unknown(&frame);
	files__write_text(path, "123 (a) S 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19");
	frame = find(fixture->symbols, &right, 0x10000);
	expect_unknown(&frame);
}

/*
 * There are more processes and files than are kept, one file for each process. Go through all of
 * them three times.
 */
static void bounds_what_it_keeps(void **state)
{
	struct fixture *fixture = *state;
	int before = files__count_open(), round;
	struct elf_file_symbol symbol = functions[0];
	char name[32], maps[128];
	struct user_frame frame;
	unsigned int i;

	make_process(fixture, 1, "");
	symbol.name = name;
	for (i = 1; i <= 300; i++) {
		snprintf(name, sizeof(name), "file%u", i);
		snprintf(maps, sizeof(maps), "10000-11000 r-xp %x fff:00 %u /file%u\n",
			 ELF_FILE_TEXT_OFFSET, i, i);
		make_process(fixture, i, maps);
		make_elf(root_path(fixture, name), &symbol, 1);
	}
	for (round = 0; round < 3; round++) {
		for (i = 1; i <= 300; i++) {
			const struct process_id id = { .pid = i, .exec_id = 1 };

			snprintf(name, sizeof(name), "file%u", i);
			frame = find(fixture->symbols, &id, 0x10001);
			assert_string_equal(frame.module, name);
			expect_symbol(&frame, name, 1);
		}
	}
	assert_int_equal(files__count_open(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_files_below_the_root),
		TEST(prefers_the_mapped_file_itself),
		TEST(reads_regular_files_only),
		TEST(opens_no_device),
		TEST(turns_away_another_file_at_the_path),
		TEST(reads_changed_files_anew),
		TEST(keeps_what_it_read_of_a_program),
		TEST(knows_nothing_of_an_earlier_program),
		TEST(asks_no_later_program_for_an_earlier_one),
		TEST(finds_what_is_mapped_later),
		TEST(keeps_what_an_ending_process_had),
		TEST(tells_processes_by_their_start),
		TEST(bounds_what_it_keeps),
	};

	return cmocka_run_group_tests_name("user_symbols", tests, NULL, NULL);
}
