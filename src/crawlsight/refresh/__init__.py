"""Knowledge that ages: operators' address lists and key directories, fetched and kept beside the data.

Import from the files themselves: the server needs ``files`` alone, and not what fetches.
"""
