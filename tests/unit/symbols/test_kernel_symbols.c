// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <sys/wait.h>

#include "fixtures/kallsyms_fixture.h"
#include "symbols/kernel_symbols.h"

static struct kernel_symbols *read_text(struct fixture *fixture, const char *text)
{
	struct kernel_symbols *symbols;

	files__write_text(fixture->path, text);
	symbols = kernel_symbols__read(fixture->path, NULL, 0, &fixture->reason);
	if (!symbols)
		fail_msg("not read: %s", fixture->reason);
	return symbols;
}

/* name is NULL if nothing must be found. */
static void expect(const struct kernel_symbols *symbols, __u64 address, const char *name,
		   __u64 offset, const char *module)
{
	struct kernel_symbol symbol;
	bool found = kernel_symbols__find(symbols, address, &symbol);

	if (!name) {
		if (found)
			fail_msg("%llx is in %s", address, symbol.name);
		return;
	}
	if (!found)
		fail_msg("%llx was not found", address);
	assert_string_equal(symbol.name, name);
	assert_int_equal(symbol.offset, offset);
	if (module)
		assert_string_equal(symbol.module, module);
	else
		assert_null(symbol.module);
}

static void finds_functions(void **state)
{
	struct kernel_symbols *symbols = read_text(*state, kernel);

	expect(symbols, 0xffffffff81000000, "_stext", 0, NULL);
	expect(symbols, 0xffffffff810000ff, "_stext", 0xff, NULL);
	expect(symbols, 0xffffffff81000105, "__pfx_local_one", 5, NULL);
	expect(symbols, 0xffffffff81000110, "local_one", 0, NULL);
	expect(symbols, 0xffffffff81000234, "do_init.constprop.0", 0x34, NULL);
	expect(symbols, 0xffffffff81000301, "weak_one", 1, NULL);
	/* All text of the image is known, so a function may be of any size there. */
	expect(symbols, 0xffffffff8100fffe, "last_one", 0x6ffe, NULL);
	expect(symbols, 0xffffffff83000041, "an_initcall", 1, NULL);
	kernel_symbols__free(symbols);
}

static void finds_functions_of_modules(void **state)
{
	struct kernel_symbols *symbols = read_text(*state, kernel);

	expect(symbols, 0xffffffffc030005a, "udp_sock_create4", 0x5a, "udp_tunnel");
	expect(symbols, 0xffffffffc0401001, "xfs_first", 1, "xfs");
	/*
	 * This spans two pages, but there can't be anything else between two symbols of one module.
	 */
	expect(symbols, 0xffffffffc0402fff, "xfs_second", 0x1eff, "xfs");
	expect(symbols, 0xffffffffc0403001, "xfs_last", 1, "xfs");
	expect(symbols, 0xffffffffc0600010, "ftrace_trampoline", 0x10, "__builtin__ftrace");
	kernel_symbols__free(symbols);
}

static void finds_nothing_where_no_function_is_known(void **state)
{
	struct kernel_symbols *symbols = read_text(*state, kernel);
	static const __u64 addresses[] = {
		0,
		0x1000,		    /* absolute value, within per-cpu data */
		0xffffffff80ffffff, /* below the image */
		0xffffffff81010000, /* after its text */
		0xffffffff82000010, /* data */
		0xffffffff83001000, /* data after the text of initialization */
		0xffffffff84000000, /* after the image */
		0xffffffffc0200000, /* below the modules */
		0xffffffffc0310000, /* after a module, where another one may be */
		0xffffffffc0410000,
		0xffffffffc0501000, /* between two BPF programs, which come and go one by one */
		0xffffffffc0700000, /* above everything */
		UINT64_MAX,
	};
	size_t i;

	for (i = 0; i < NR(addresses); i++)
		expect(symbols, addresses[i], NULL, 0, NULL);
	kernel_symbols__free(symbols);
}

/* On arm64, modules are below the image. */
static void sorts_modules_below_the_image(void **state)
{
	struct kernel_symbols *symbols = read_text(*state, "ffff800080000000 T _text\n"
							   "ffff800080010000 T second\n"
							   "ffff800080020000 D _etext\n"
							   "ffff80007a002000 t b_two\t[b]\n"
							   "ffff80007a001000 t b_one\t[b]\n"
							   "ffff800079000000 t a_one\t[a]\n"
							   "ffff800090000000 t c_one\t[c]\n"
							   "ffff800080010800 t third\n");

	expect(symbols, 0xffff800079000001, "a_one", 1, "a");
	expect(symbols, 0xffff80007a001001, "b_one", 1, "b");
	expect(symbols, 0xffff80007a002001, "b_two", 1, "b");
	expect(symbols, 0xffff800080000001, "_text", 1, NULL);
	expect(symbols, 0xffff800080010001, "second", 1, NULL);
	expect(symbols, 0xffff800080010801, "third", 1, NULL);
	expect(symbols, 0xffff800080020000, NULL, 0, NULL);
	expect(symbols, 0xffff800090000001, "c_one", 1, "c");
	kernel_symbols__free(symbols);
}

static void chooses_among_aliases(void **state)
{
	struct kernel_symbols *symbols = read_text(*state, "ffffffff81000000 t local\n"
							   "ffffffff81000000 w weak\n"
							   "ffffffff81000000 T global\n"
							   "ffffffff81000000 T another\n"
							   "ffffffff81000100 t local_one\n"
							   "ffffffff81000100 t local_two\n"
							   "ffffffff81000200 t behind\n"
							   "ffffffff81000200 W weak_behind\n"
							   "ffffffff81000300 T __code_end\n"
							   "ffffffff81000300 T _etext\n");

	expect(symbols, 0xffffffff81000001, "global", 1, NULL);
	expect(symbols, 0xffffffff81000101, "local_one", 1, NULL);
	expect(symbols, 0xffffffff81000201, "weak_behind", 1, NULL);
	expect(symbols, 0xffffffff81000300, NULL, 0, NULL);
	kernel_symbols__free(symbols);
}

/*
 * After all modules come functions that ftrace has kept. They were freed when their module had been
 * initialized.
 */
static void leaves_out_freed_functions(void **state)
{
	struct fixture *fixture = *state;
	struct kernel_symbol_name wanted = { .address = 0xffffffffc0200000 };
	struct kernel_symbols *symbols =
		read_text(*state, "ffffffff81000000 T _text\n"
				  "ffffffff81100000 T _etext\n"
				  "ffffffffc0100000 t one\t[first]\n"
				  "ffffffffc0101000 d data\t[first]\n"
				  "ffffffffc0100100 t two\t[first]\n"
				  "ffffffffc0200000 t three\t[second]\n"
				  "ffffffffc0200100 t four\t[second]\n"
				  "ffffffffc0200000 T freed_one\t[first]\n"
				  "ffffffffc0200200 T freed_two\t[first]\n"
				  "ffffffffc0100200 T freed_three\t[second]\n"
				  "ffffffffc0300000 t program\t[bpf]\n");

	expect(symbols, 0xffffffffc0100001, "one", 1, "first");
	expect(symbols, 0xffffffffc0100210, "two", 0x110, "first");
	expect(symbols, 0xffffffffc0200001, "three", 1, "second");
	expect(symbols, 0xffffffffc0200201, "four", 0x101, "second");
	expect(symbols, 0xffffffffc0300001, "program", 1, "bpf");
	kernel_symbols__free(symbols);
	assert_int_equal(kernel_symbols__find_names(fixture->path, &wanted, 1, &fixture->reason),
			 0);
	assert_string_equal(wanted.name, "three");
}

static void leaves_out_malformed_lines(void **state)
{
	struct kernel_symbols *symbols = read_text(*state, "\n"
							   "ffffffff81000000\n"
							   "ffffffff81000000 \n"
							   "ffffffff81000000 T\n"
							   "ffffffff81000000 T \n"
							   "ffffffff81000000 T \t[x]\n"
							   "ffffffff81000000 TT two_types\n"
							   "ffffffff81000000  T two_spaces\n"
							   " ffffffff81000000 T space\n"
							   "0xffffffff81000000 T prefix\n"
							   "1ffffffff81000000 T long\n"
							   "ffffffff8100000g T digit\n"
							   "ffffffff81000000 T open\t[x\n"
							   "ffffffff81000000 T empty\t[]\n"
							   "ffffffff81000000 T bare\tx\n"
							   "ffffffff81000000 ? type\n"
							   "ffffffff81000080 T good\r\n"
							   "FFFFFFFF81000090 T x\n"
							   "ffffffff81000100 T cut_of");

	expect(symbols, 0xffffffff81000000, NULL, 0, NULL);
	expect(symbols, 0xffffffff81000080, "good\r", 0, NULL);
	expect(symbols, 0xffffffff81000090, "x", 0, NULL);
	expect(symbols, 0xffffffff81000100, "x", 0x70, NULL);
	kernel_symbols__free(symbols);
}

static void expect_failure(struct fixture *fixture, const char *text, const char *part)
{
	files__write_text(fixture->path, text);
	fixture->reason = NULL;
	assert_null(kernel_symbols__read(fixture->path, NULL, 0, &fixture->reason));
	assert_non_null(fixture->reason);
	if (!strstr(fixture->reason, part))
		fail_msg("'%s' does not say '%s'", fixture->reason, part);
}

static void says_why_it_fails(void **state)
{
	struct fixture *fixture = *state;
	struct kernel_symbol_address wanted = { .name = "net_families" };
	char line[70000];

	expect_failure(fixture, "", "no symbols");
	expect_failure(fixture, "# nothing\n", "no symbols");
	expect_failure(fixture, "ffffffff82000000 D data\n", "no functions");
	expect_failure(fixture,
		       "0000000000000000 T _text\n0000000000000000 D net_families\n"
		       "0000000000000000 t x\t[y]\n",
		       "CAP_SYSLOG");
	memset(line, 'a', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	expect_failure(fixture, line, strerror(EOVERFLOW));

	files__write_text(fixture->path,
			  "0000000000000000 T _text\n0000000000000000 D net_families\n");
	assert_int_equal(
		kernel_symbols__find_addresses(fixture->path, &wanted, 1, &fixture->reason), -1);
	assert_non_null(strstr(fixture->reason, "CAP_SYSLOG"));

	unlink(fixture->path);
	assert_null(kernel_symbols__read(fixture->path, NULL, 0, &fixture->reason));
	assert_string_equal(fixture->reason, strerror(ENOENT));
	assert_int_equal(
		kernel_symbols__find_addresses(fixture->path, &wanted, 1, &fixture->reason), -1);
	assert_string_equal(fixture->reason, strerror(ENOENT));
	assert_null(kernel_symbols__read(fixture->folder, NULL, 0, &fixture->reason));
	assert_string_equal(fixture->reason, strerror(EISDIR));
	kernel_symbols__free(NULL);
}

static void expect_addresses(const struct kernel_symbol_address *wanted)
{
	assert_int_equal(wanted[0].found, 1); /* the one in the module is not counted */
	assert_int_equal(wanted[0].address, 0xffffffff82000010);
	assert_int_equal(wanted[1].found, 1);
	assert_int_equal(wanted[1].address, 0xffffffff81000110);
	assert_int_equal(wanted[2].found, 2);
	assert_int_equal(wanted[2].address, 0xffffffff82000018);
	assert_int_equal(wanted[3].found, 1);
	assert_int_equal(wanted[3].address, 0xffffffffc0405010);
	assert_int_equal(wanted[4].found, 0);
	assert_int_equal(wanted[4].address, 0);
}

static void finds_addresses(void **state)
{
	struct fixture *fixture = *state;
	struct kernel_symbol_address wanted[] = { { .name = "net_families", .address = 7 },
						  { .name = "local_one", .found = 7 },
						  { .name = "twice" },
						  { .name = "xfs_data" },
						  { .name = "net_familie", .address = 7 } };
	struct kernel_symbols *symbols;

	files__write_text(fixture->path, kernel);
	assert_int_equal(kernel_symbols__find_addresses(fixture->path, wanted, NR(wanted),
							&fixture->reason),
			 0);
	expect_addresses(wanted);
	memset(&wanted[0].address, 0, sizeof(wanted[0].address));
	symbols = kernel_symbols__read(fixture->path, wanted, NR(wanted), &fixture->reason);
	assert_non_null(symbols);
	expect_addresses(wanted);
	kernel_symbols__free(symbols);
	/* All are in the image. So the file is read to the image's end, but not further. */
	assert_int_equal(
		kernel_symbols__find_addresses(fixture->path, wanted + 1, 2, &fixture->reason), 0);
	assert_int_equal(wanted[2].found, 2);
}

static void refreshes(void **state)
{
	struct fixture *fixture = *state;
	struct kernel_symbols *symbols = read_text(fixture, "ffffffff81000000 T first\n");

	expect(symbols, 0xffffffffc0300001, NULL, 0, NULL);
	files__write_text(fixture->path, kernel);
	assert_int_equal(kernel_symbols__refresh(symbols, &fixture->reason), 0);
	expect(symbols, 0xffffffffc0300001, "udp_sock_create4", 1, "udp_tunnel");
	expect(symbols, 0xffffffff81000000, "_stext", 0, NULL);

	files__write_text(fixture->path, "0000000000000000 T _text\n");
	assert_int_equal(kernel_symbols__refresh(symbols, &fixture->reason), -1);
	assert_non_null(strstr(fixture->reason, "CAP_SYSLOG"));
	expect(symbols, 0xffffffff81000000, "_stext", 0, NULL);
	kernel_symbols__free(symbols);
}

/* The file is longer than the blocks in which it is read, so some lines cross a boundary. */
static void reads_many_symbols(void **state)
{
	struct fixture *fixture = *state;
	FILE *file = fopen(fixture->path, "w");
	struct kernel_symbols *symbols;
	char name[64];
	int i;

	assert_non_null(file);
	for (i = 0; i < 200000; i++)
		fprintf(file, "%016llx %c f%.*s_%d\n", 0xffffffff81000000ULL + i * 0x40,
			i % 3 ? 't' : 'T', i % 41, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", i);
	fclose(file);
	symbols = kernel_symbols__read(fixture->path, NULL, 0, &fixture->reason);
	assert_non_null(symbols);
	for (i = 0; i < 200000; i++) {
		snprintf(name, sizeof(name), "f%.*s_%d", i % 41,
			 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", i);
		expect(symbols, 0xffffffff81000000ULL + i * 0x40 + i % 0x40, name, i % 0x40, NULL);
	}
	kernel_symbols__free(symbols);
}

/* Return whether the kernel shows addresses to this process. net/socket.c is always built in. */
static bool shows_addresses(void)
{
	struct kernel_symbol_address wanted = { .name = "sock_create_kern" };
	const char *reason;

	return !kernel_symbols__find_addresses(NULL, &wanted, 1, &reason) && wanted.found == 1;
}

static void reads_the_running_kernel(void **state)
{
	struct kernel_symbol_address wanted[] = { { .name = "sock_create_kern" },
						  { .name = "__sock_create" } };
	struct kernel_symbols *symbols;
	const char *reason;
	size_t i;

	(void)state;
	if (!shows_addresses()) {
		print_message("the kernel shows no addresses of functions here\n");
		skip();
	}
	symbols = kernel_symbols__read(NULL, wanted, NR(wanted), &reason);
	assert_non_null(symbols);
	for (i = 0; i < NR(wanted); i++) {
		assert_int_equal(wanted[i].found, 1);
		expect(symbols, wanted[i].address, wanted[i].name, 0, NULL);
		expect(symbols, wanted[i].address + 1, wanted[i].name, 1, NULL);
	}
	kernel_symbols__free(symbols);
}

/* Return 0 on success, else the number of the failed step. */
static int refresh_without_privileges(void)
{
	struct kernel_symbol_address wanted = { .name = "sock_create_kern" };
	struct kernel_symbols *symbols;
	struct kernel_symbol symbol;
	const char *reason;
	__u64 address;

	symbols = kernel_symbols__read(NULL, &wanted, 1, &reason);
	if (!symbols || setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		return 1;
	address = wanted.address;
	/* A file that is opened now may show no addresses. If so, that must be noticed. */
	if (kernel_symbols__find_addresses(NULL, &wanted, 1, &reason)) {
		if (!strstr(reason, "CAP_SYSLOG"))
			return 2;
	} else if (wanted.address != address) {
		return 3;
	}
	if (kernel_symbols__refresh(symbols, &reason))
		return 4;
	if (!kernel_symbols__find(symbols, address, &symbol) ||
	    strcmp(symbol.name, "sock_create_kern"))
		return 5;
	kernel_symbols__free(symbols);
	return 0;
}

static void refreshes_without_privileges(void **state)
{
	pid_t child;
	int status;

	(void)state;
	if (geteuid() || !shows_addresses()) {
		print_message("not root, or the kernel shows no addresses of functions here\n");
		skip();
	}
	child = fork();
	assert_true(child >= 0);
	if (!child)
		_exit(refresh_without_privileges());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_functions),
		TEST(finds_functions_of_modules),
		TEST(finds_nothing_where_no_function_is_known),
		TEST(sorts_modules_below_the_image),
		TEST(chooses_among_aliases),
		TEST(leaves_out_freed_functions),
		TEST(leaves_out_malformed_lines),
		TEST(says_why_it_fails),
		TEST(finds_addresses),
		TEST(refreshes),
		TEST(reads_many_symbols),
		TEST(reads_the_running_kernel),
		TEST(refreshes_without_privileges),
	};

	return cmocka_run_group_tests_name("kernel_symbols", tests, NULL, NULL);
}
