//! Sends every operation through its typed endpoint and checks what comes back.
