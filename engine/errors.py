"""The one error a user may see: a sentence that says what, where and what to do next."""


class UserError(Exception):
    """Bad input or a refused act, told in one sentence; the command line exits with 2."""


class JobFailed(Exception):
    """A job ended without a result, told in one sentence; the command line exits with 4."""
