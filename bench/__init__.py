"""The figures Earmark promises, measured: `make bench`.

Wall time on a shared machine is noise, so budgets are in CPU seconds, counts and bytes wherever they can be.
"""
