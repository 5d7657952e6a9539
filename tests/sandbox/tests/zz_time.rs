//! t
#[tokio::test]
async fn t() {
    for _ in 0..3 {
        let s = std::time::Instant::now();
        let b = procountor_sandbox::Sandbox::builder().start().await.unwrap();
        eprintln!("{:?}", s.elapsed());
        drop(b);
    }
}
