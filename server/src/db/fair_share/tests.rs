use epic_events::policy;

use super::*;

fn shares(fair_share: &FairShare) -> usize {
    fair_share.shares.lock().unwrap().len()
}

fn share(fair_share: &FairShare, account: i64) -> CallShare {
    fair_share.call_share(account, Uuid::nil(), policy::GET_CLIENT)
}

#[tokio::test]
async fn refuses_calls_above_the_limit_of_their_account_only() {
    let fair_share = FairShare::new(ShareLimits {
        reads: 16,
        ..ShareLimits::DEFAULT
    });
    let own = share(&fair_share, 1);
    let mut permits = Vec::new();
    for _ in 0..16 {
        permits.push(own.read().await.unwrap());
    }
    let Err(Error::Api(refused)) = own.write().await else {
        panic!("the seventeenth call is not refused");
    };
    assert_eq!(refused.reason, Reason::TooManyCalls);
    assert!(share(&fair_share, 2).read().await.is_ok());
    // A call that ends the flood is still admitted.
    let revocation = fair_share.call_share(1, Uuid::nil(), policy::REVOKE_SESSION);
    assert!(revocation.is_urgent && revocation.write().await.is_ok());
    permits.pop();
    assert!(own.read().await.is_ok());
}

#[tokio::test]
async fn a_share_is_dropped_with_its_last_call_and_its_last_permit() {
    let fair_share = FairShare::new(ShareLimits::DEFAULT);
    let permit = share(&fair_share, 1).read().await.unwrap();
    assert_eq!(shares(&fair_share), 1, "a read is in progress");
    // The read is still counted.
    let next = share(&fair_share, 1);
    let share = next.share.as_ref().unwrap();
    assert_eq!(share.reads.available_permits(), 3);
    drop((next, permit));
    assert_eq!(shares(&fair_share), 0);
}

#[tokio::test]
async fn reads_and_writes_do_not_wait_for_each_other() {
    let limits = ShareLimits {
        calls: 3,
        reads: 1,
        writes: 1,
    };
    let share = share(&FairShare::new(limits), 1);
    let (read, write) = (share.read().await.unwrap(), share.write().await.unwrap());
    assert!(read.is_some() && write.is_some());
    let waiting = tokio::time::timeout(std::time::Duration::ZERO, share.read());
    assert!(waiting.await.is_err(), "a second read does not wait");
}
