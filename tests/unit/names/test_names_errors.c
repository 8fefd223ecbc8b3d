// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <limits.h>

#include "names/names.h"

/* A number from the system's headers and its name. */
struct row {
	int number;
	const char *name;
};
#define ROW(name)           \
	{                   \
		name, #name \
	}
#define NR(array) (sizeof(array) / sizeof((array)[0]))

static void names_errors(void **state)
{
	static const struct row rows[] = {
		ROW(EPERM),
		ROW(ENOENT),
		ROW(ESRCH),
		ROW(EINTR),
		ROW(EIO),
		ROW(ENXIO),
		ROW(E2BIG),
		ROW(ENOEXEC),
		ROW(EBADF),
		ROW(ECHILD),
		ROW(EAGAIN),
		ROW(ENOMEM),
		ROW(EACCES),
		ROW(EFAULT),
		ROW(ENOTBLK),
		ROW(EBUSY),
		ROW(EEXIST),
		ROW(EXDEV),
		ROW(ENODEV),
		ROW(ENOTDIR),
		ROW(EISDIR),
		ROW(EINVAL),
		ROW(ENFILE),
		ROW(EMFILE),
		ROW(ENOTTY),
		ROW(ETXTBSY),
		ROW(EFBIG),
		ROW(ENOSPC),
		ROW(ESPIPE),
		ROW(EROFS),
		ROW(EMLINK),
		ROW(EPIPE),
		ROW(EDOM),
		ROW(ERANGE),
		ROW(EDEADLK),
		ROW(ENAMETOOLONG),
		ROW(ENOLCK),
		ROW(ENOSYS),
		ROW(ENOTEMPTY),
		ROW(ELOOP),
		ROW(ENOMSG),
		ROW(EIDRM),
		ROW(ECHRNG),
		ROW(EL2NSYNC),
		ROW(EL3HLT),
		ROW(EL3RST),
		ROW(ELNRNG),
		ROW(EUNATCH),
		ROW(ENOCSI),
		ROW(EL2HLT),
		ROW(EBADE),
		ROW(EBADR),
		ROW(EXFULL),
		ROW(ENOANO),
		ROW(EBADRQC),
		ROW(EBADSLT),
		ROW(EBFONT),
		ROW(ENOSTR),
		ROW(ENODATA),
		ROW(ETIME),
		ROW(ENOSR),
		ROW(ENONET),
		ROW(ENOPKG),
		ROW(EREMOTE),
		ROW(ENOLINK),
		ROW(EADV),
		ROW(ESRMNT),
		ROW(ECOMM),
		ROW(EPROTO),
		ROW(EMULTIHOP),
		ROW(EDOTDOT),
		ROW(EBADMSG),
		ROW(EOVERFLOW),
		ROW(ENOTUNIQ),
		ROW(EBADFD),
		ROW(EREMCHG),
		ROW(ELIBACC),
		ROW(ELIBBAD),
		ROW(ELIBSCN),
		ROW(ELIBMAX),
		ROW(ELIBEXEC),
		ROW(EILSEQ),
		ROW(ERESTART),
		ROW(ESTRPIPE),
		ROW(EUSERS),
		ROW(ENOTSOCK),
		ROW(EDESTADDRREQ),
		ROW(EMSGSIZE),
		ROW(EPROTOTYPE),
		ROW(ENOPROTOOPT),
		ROW(EPROTONOSUPPORT),
		ROW(ESOCKTNOSUPPORT),
		ROW(EOPNOTSUPP),
		ROW(EPFNOSUPPORT),
		ROW(EAFNOSUPPORT),
		ROW(EADDRINUSE),
		ROW(EADDRNOTAVAIL),
		ROW(ENETDOWN),
		ROW(ENETUNREACH),
		ROW(ENETRESET),
		ROW(ECONNABORTED),
		ROW(ECONNRESET),
		ROW(ENOBUFS),
		ROW(EISCONN),
		ROW(ENOTCONN),
		ROW(ESHUTDOWN),
		ROW(ETOOMANYREFS),
		ROW(ETIMEDOUT),
		ROW(ECONNREFUSED),
		ROW(EHOSTDOWN),
		ROW(EHOSTUNREACH),
		ROW(EALREADY),
		ROW(EINPROGRESS),
		ROW(ESTALE),
		ROW(EUCLEAN),
		ROW(ENOTNAM),
		ROW(ENAVAIL),
		ROW(EISNAM),
		ROW(EREMOTEIO),
		ROW(EDQUOT),
		ROW(ENOMEDIUM),
		ROW(EMEDIUMTYPE),
		ROW(ECANCELED),
		ROW(ENOKEY),
		ROW(EKEYEXPIRED),
		ROW(EKEYREVOKED),
		ROW(EKEYREJECTED),
		ROW(EOWNERDEAD),
		ROW(ENOTRECOVERABLE),
		ROW(ERFKILL),
		ROW(EHWPOISON),
	};
	/* only in include/linux/errno.h of the kernel */
	static const struct row internal_rows[] = {
		{ 512, "ERESTARTSYS" },
		{ 513, "ERESTARTNOINTR" },
		{ 514, "ERESTARTNOHAND" },
		{ 515, "ENOIOCTLCMD" },
		{ 516, "ERESTART_RESTARTBLOCK" },
		{ 517, "EPROBE_DEFER" },
		{ 518, "EOPENSTALE" },
		{ 519, "ENOPARAM" },
		{ 521, "EBADHANDLE" },
		{ 522, "ENOTSYNC" },
		{ 523, "EBADCOOKIE" },
		{ 524, "ENOTSUPP" },
		{ 525, "ETOOSMALL" },
		{ 526, "ESERVERFAULT" },
		{ 527, "EBADTYPE" },
		{ 528, "EJUKEBOX" },
		{ 529, "EIOCBQUEUED" },
		{ 530, "ERECALLCONFLICT" },
	};
	size_t i, named = 0;
	int error;

	(void)state;
	for (i = 0; i < NR(rows); i++)
		assert_string_equal(name_of_error(rows[i].number), rows[i].name);
	for (i = 0; i < NR(internal_rows); i++)
		assert_string_equal(name_of_error(internal_rows[i].number), internal_rows[i].name);
	for (error = 1; error <= 4095; error++)
		named += name_of_error(error) != NULL;
	assert_int_equal(named, NR(rows) + NR(internal_rows));
	assert_null(name_of_error(0));
	assert_null(name_of_error(-EPERM));
	assert_null(name_of_error(INT_MAX));
	assert_null(name_of_error(INT_MIN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_errors),
	};

	return cmocka_run_group_tests_name("names_errors", tests, NULL, NULL);
}
