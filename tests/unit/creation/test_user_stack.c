// SPDX-License-Identifier: GPL-2.0
/* Tests the text of a user's stack, whose process is gone. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "creation/user_stack.h"
#include "fixtures/elf_file.h"
#include "fixtures/files.h"
#include "shared/wire_file.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

#define FILE_NUMBER 3

static const struct elf_file_symbol functions[] = {
	{ "stub", ELF_FILE_TEXT_ADDRESS, 0x20, STT_FUNC, STB_GLOBAL, ELF_FILE_TEXT },
	{ "caller", ELF_FILE_TEXT_ADDRESS + 0x20, 0x20, STT_FUNC, STB_GLOBAL, ELF_FILE_TEXT },
};

struct fixture {
	char folder[FILES_PATH_SIZE]; /* with the file, and in place of /proc */
	struct user_stack_names names;
};

/* Name a file to the list as the kernel does. */
static void name_file(struct named_files *files, const char *path)
{
	struct wire_file sent = { .version = WIRE_FILE_VERSION, .number = FILE_NUMBER };
	const char *end = path + strlen(path), *slash, *reason;
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	sent.inode = status.st_ino;
	sent.size = status.st_size;
	sent.device = major(status.st_dev) << 20 | minor(status.st_dev);
	sent.modified_sec = status.st_mtim.tv_sec;
	sent.modified_nsec = status.st_mtim.tv_nsec;
	while (end > path) {
		slash = memrchr(path, '/', end - path);
		memcpy(sent.path + sent.path_size, slash + 1, end - slash - 1);
		sent.path_size += end - slash;
		end = slash;
	}
	assert_true(named_files__keep(files, &sent, sizeof(sent), &reason));
}

static int begin(void **state)
{
	static const struct process_id process = { .pid = 123 };
	const struct elf_file elf = { ELFCLASS64, ELFDATA2LSB, SHT_SYMTAB, functions,
				      NR(functions) };
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	char path[2 * FILES_PATH_SIZE];
	int fd;

	files__begin(fixture->folder);
	snprintf(path, sizeof(path), "%s/program", fixture->folder);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0755);
	assert_true(fd >= 0 && elf_file__write(fd, &elf));
	close(fd);
	fixture->names.process = &process;
	fixture->names.symbols = user_symbols__new(fixture->folder);
	fixture->names.files = named_files__new();
	name_file(fixture->names.files, path);
	*state = fixture;
	return 0;
}

static int end(void **state)
{
	struct fixture *fixture = *state;

	user_symbols__free(fixture->names.symbols);
	named_files__free(fixture->names.files);
	files__end(fixture->folder);
	free(fixture);
	return 0;
}

/* Expect these texts of the frames, NULL at their end. */
static void expect(const struct fixture *fixture, const __u64 *frames, int nr,
		   const char *const *texts, int unplaced)
{
	struct wire_record record = { .nr_spans = 1, .pid = 123, .nr_user_frames = (__u8)nr };
	struct buffer buffer = {};
	struct user_stack stack;
	int i;

	memcpy((void *)wire_record__user_frames(&record), frames, nr * sizeof(*frames));
	user_stack__add(&stack, &buffer, &fixture->names, &record);
	for (i = 0; texts[i] && i < stack.nr_frames; i++)
		assert_string_equal(buffer.data + stack.frames[i], texts[i]);
	assert_null(texts[i]);
	assert_int_equal(stack.nr_frames, i);
	assert_int_equal(stack.nr_unplaced, unplaced);
	buffer__free(&buffer);
}

static __u64 in_file(__u64 offset)
{
	return wire_frame__in_file(FILE_NUMBER, ELF_FILE_TEXT_OFFSET + offset);
}

static void names_frames_of_files(void **state)
{
	const __u64 frames[] = {
		in_file(7),
		in_file(0x20 + 4) | WIRE_FRAME_CALLER,
		in_file(0x20 + 9) | WIRE_FRAME_UNCERTAIN,
		in_file(0x80),
	};
	static const char *const texts[] = { "program+0x405007 (stub+0x7)",
					     "program+0x405025 (caller+0x5)",
					     "? program+0x40502a (caller+0xa)", "program+0x405081",
					     NULL };

	expect(*state, frames, NR(frames), texts, 0);
}

static void leaves_out_what_is_left_over(void **state)
{
	const __u64 frames[] = {
		in_file(7),
		in_file(0x10) | WIRE_FRAME_CALLER,
		in_file(0x20),
	};
	static const char *const texts[] = { "program+0x405007 (stub+0x7)",
					     "program+0x405021 (caller+0x1)", NULL };

	expect(*state, frames, NR(frames), texts, 0);
}

static void tells_what_is_not_in_a_file(void **state)
{
	const __u64 frames[] = {
		wire_frame__of_kind(WIRE_FRAME_VDSO, 0x7000),
		wire_frame__of_kind(WIRE_FRAME_ANONYMOUS, 0x1234),
		wire_frame__of_kind(WIRE_FRAME_UNMAPPED, 0x5),
		wire_frame__of_kind(WIRE_FRAME_DATA, 0x6),
		wire_frame__of_kind(WIRE_FRAME_UNPLACED, 0x7),
		wire_frame__of_kind(WIRE_FRAME_UNNAMED, 0x8),
		wire_frame__in_file(FILE_NUMBER + 1, 0),
		wire_frame__of_kind((enum wire_frame_kind)(WIRE_FRAME_KINDS - 1), 0x9),
	};
	static const char *const texts[] = { "[vdso]",	  "[anonymous] 0x1235", "[unknown]",
					     "[unknown]", "[unknown]",		"[unknown]",
					     "[unknown]", "[unknown]",		NULL };

	expect(*state, frames, NR(frames), texts, 3);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_frames_of_files),
		TEST(leaves_out_what_is_left_over),
		TEST(tells_what_is_not_in_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
