"""Many runs over one track at once, with numpy or compiled by numba."""
