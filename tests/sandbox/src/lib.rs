//! A Procountor that runs on your machine, for tests.
