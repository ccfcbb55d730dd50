//! A rule file tests itself: its examples are linted, and what is found is what their comments say.
