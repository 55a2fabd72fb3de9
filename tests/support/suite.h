#ifndef GLASS386_TESTS_SUITE_H
#define GLASS386_TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

/* Runs a suite and frees it; the exit code of main(). */
static inline int suite_finish(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Runs one suite with a single test case made of the given test functions; the exit code of main().
 */
typedef const TTest *suite_test;

static inline int suite_run(const char *name, const suite_test *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *cases = tcase_create(name);
    tcase_set_timeout(cases, 60);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(cases, tests[i]);
    suite_add_tcase(suite, cases);
    return suite_finish(suite);
}

#define SUITE_MAIN(name, ...)                                          \
    int main(void)                                                     \
    {                                                                  \
        const suite_test tests[] = {__VA_ARGS__};                      \
        return suite_run(name, tests, sizeof tests / sizeof tests[0]); \
    }

#endif
