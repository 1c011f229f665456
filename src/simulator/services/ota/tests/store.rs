use super::*;

fn add(desk: &mut Desk, module: &str, version: &str, content: Content) -> CloudResult<()> {
    let choices = desk.choices.ota.clone();
    desk.product(P).ota.add(&choices, module, version, "", content)
}

fn made(size: u64) -> Content {
    Content::Made { size }
}

#[test]
fn every_product_has_the_module_default() {
    assert!(ProductOta::default().modules().contains_key(DEFAULT_MODULE));
    assert_eq!(ProductOta::default().remove_module(DEFAULT_MODULE), Err(RetCode::PARAMETER_WRONG));
}

#[test]
fn a_product_has_at_most_10_modules_and_a_module_10_firmwares() {
    let mut ota = ProductOta::default();
    for number in 1..limits::FIRMWARES {
        ota.add_module(&format!("m{number}")).unwrap();
    }
    assert_eq!(ota.add_module("more"), Err(RetCode::PARAMETER_EXCEEDS));
    assert_eq!(ota.remove_module("m1"), Ok(()));
    assert_eq!(ota.add_module("more"), Ok(()));
    for bad in ["more", "", "a/b", "a b"] {
        assert_eq!(ota.add_module(bad), Err(RetCode::PARAMETER_WRONG), "{bad}");
    }

    let choices = Choices::default();
    for number in 0..limits::FIRMWARES {
        ota.add(&choices, "more", &number.to_string(), "", made(1)).unwrap();
    }
    assert_eq!(ota.add(&choices, "more", "10", "", made(1)), Err(RetCode::PARAMETER_EXCEEDS));
    assert_eq!(ota.remove("more", "0"), Ok(()));
    assert_eq!(ota.add(&choices, "more", "10", "", made(1)), Ok(()));
}

#[test]
fn a_firmware_has_at_most_10_mb_and_a_regular_version() {
    let (mut desk, _) = desk(true);
    assert_eq!(
        add(&mut desk, "wifi", "big", made(limits::FIRMWARE_SIZE + 1)),
        Err(RetCode::PARAMETER_EXCEEDS)
    );
    assert_eq!(add(&mut desk, "wifi", "huge", made(u64::MAX)), Err(RetCode::PARAMETER_EXCEEDS));
    assert_eq!(add(&mut desk, "wifi", "empty", made(0)), Err(RetCode::PARAMETER_WRONG));
    for bad in ["", "1 0", "1/0", &"1".repeat(33)] {
        assert_eq!(add(&mut desk, "wifi", bad, made(1)), Err(RetCode::PARAMETER_WRONG), "{bad}");
    }
    for good in ["a.B-c_9", &"1".repeat(32)] {
        assert_eq!(add(&mut desk, "wifi", good, made(1)), Ok(()), "{good}");
    }
    let ota = &mut desk.product(P).ota;
    let too_long = "说".repeat(101);
    assert_eq!(
        ota.add(&Choices::default(), "wifi", "2", &too_long, made(1)),
        Err(RetCode::PARAMETER_EXCEEDS)
    );
    assert_eq!(ota.add(&Choices::default(), "wifi", "2", &too_long[3..], made(1)), Ok(()));
}

#[test]
fn a_firmware_is_added_once_and_removed_once() {
    let (mut desk, _) = desk(true);
    assert_eq!(add(&mut desk, "default", "2.0", made(1)), Err(RetCode::FIRMWARE_EXISTS));
    assert_eq!(add(&mut desk, "none", "2.0", made(1)), Err(RetCode::NO_RECORDS));
    let ota = &mut desk.product(P).ota;
    assert_eq!(ota.remove("default", "2.0"), Ok(()));
    assert_eq!(ota.remove("default", "2.0"), Err(RetCode::NO_FIRMWARE));
    assert_eq!(ota.remove("none", "2.0"), Err(RetCode::NO_FIRMWARE));
    assert_eq!(ota.remove_module("none"), Err(RetCode::NO_RECORDS));
}

#[test]
fn a_version_is_unique_in_its_module_or_by_choice_in_its_product() {
    let (mut desk, _) = desk(true);
    assert_eq!(add(&mut desk, "wifi", "2.0", made(1)), Ok(()));
    desk.product(P).ota.remove("wifi", "2.0").unwrap();
    desk.choices.ota.unique_in_product = true;
    assert_eq!(add(&mut desk, "wifi", "2.0", made(1)), Err(RetCode::FIRMWARE_EXISTS));
}

#[test]
fn size_and_md5_of_a_made_firmware_are_true() {
    let (mut desk, device) = reported(true);
    push(&mut desk, &device, "default", "2.0").unwrap();
    let (_, _, body) = desk.only_sent();
    let bytes = fetch(&mut desk, body["Payload"]["URL"].as_str().unwrap()).unwrap();
    assert_eq!(json!(bytes.len()), body["Payload"]["Size"]);
    let md5: String = Md5::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(json!(md5), body["Payload"]["MD5"]);
    assert_eq!(bytes, content("default", "2.0", 4233));
    assert_ne!(bytes, content("default", "1.0", 4233));
    assert_ne!(bytes, content("wifi", "2.0", 4233));
    assert_eq!(content("m", "1", 13)[..], content("m", "1", 21)[..13]);
}

#[test]
fn a_link_works_for_one_day() {
    let (mut desk, device) = reported(true);
    push(&mut desk, &device, "default", "2.0").unwrap();
    let (_, _, body) = desk.only_sent();
    let url = body["Payload"]["URL"].as_str().unwrap().to_owned();
    let expires = WALL / 1000 + 86_400;
    assert!(url.starts_with(&format!("http://firmware.invalid/{P}/default/2.0.bin?")), "{url}");
    assert!(url.ends_with(&format!("&Expires={expires}")), "{url}");

    desk.pass(Duration::from_secs(86_399));
    assert!(fetch(&mut desk, &url).is_ok());
    desk.pass(Duration::from_secs(1));
    assert_eq!(fetch(&mut desk, &url), Err(FetchError::Expired));
    assert_eq!(FetchError::Expired.err_code(), ErrCode::SignatureExpired);
    let longer = url.replace(&expires.to_string(), &(expires + 9).to_string());
    assert_eq!(fetch(&mut desk, &longer), Err(FetchError::Altered));

    retry(&mut desk, &device, "default").unwrap();
    let (_, _, body) = desk.only_sent();
    assert!(fetch(&mut desk, body["Payload"]["URL"].as_str().unwrap()).is_ok());
}

#[test]
fn a_removed_firmware_has_a_dead_link() {
    let (mut desk, device) = reported(true);
    push(&mut desk, &device, "default", "2.0").unwrap();
    let (_, _, body) = desk.only_sent();
    desk.product(P).ota.remove("default", "2.0").unwrap();
    let url = body["Payload"]["URL"].as_str().unwrap();
    assert_eq!(fetch(&mut desk, url), Err(FetchError::NotFound));
    assert_eq!(FetchError::NotFound.err_code(), ErrCode::UrlUnreachable);
    say(&mut desk, "request_firmware", &json!({"Version":"1.0"}));
    assert!(desk.only_error().contains("removed"));
    assert_eq!(retry(&mut desk, &device, "default"), Err(RetCode::NO_FIRMWARE));
}

#[test]
fn what_is_no_link_gives_nothing() {
    let (mut desk, _) = desk(true);
    for bad in ["", "http://x/", "http://firmware.invalid/", "http://firmware.invalid/a/b/c/d.bin?Expires=9"]
    {
        assert_eq!(fetch(&mut desk, bad), Err(FetchError::NotFound), "{bad}");
    }
    for bad in ["", "?Expires=x", "?Expires=99999999999", "?Signature=&Expires=18446744073709551616"] {
        let url = format!("http://firmware.invalid/{P}/default/2.0.bin{bad}");
        assert_eq!(fetch(&mut desk, &url), Err(FetchError::Altered), "{bad}");
    }
}

#[test]
fn a_firmware_may_be_served_by_somebody_else() {
    let (mut desk, device) = reported(true);
    let md5 = "17ffea1119f36d1b366353f4edef1780";
    let elsewhere =
        |url: &str, md5: &str| Content::Elsewhere { url: url.into(), md5: md5.into(), size: 4233 };
    for (url, md5) in [("", md5), ("http://x/", "17ff"), ("http://x/", &md5.to_uppercase())] {
        assert_eq!(add(&mut desk, "default", "3.0", elsewhere(url, md5)), Err(RetCode::PARAMETER_WRONG));
    }
    add(&mut desk, "default", "3.0", elsewhere("http://x/3.bin", md5)).unwrap();
    push(&mut desk, &device, "default", "3.0").unwrap();
    let (_, _, body) = desk.only_sent();
    let payload = json!({"Module":"default","Version":"3.0","URL":"http://x/3.bin","MD5":md5,"Size":4233});
    assert_eq!(body, json!({"Method":"update_firmware","Payload":payload}));
}

#[test]
fn the_link_begins_as_the_choice_says() {
    let (mut desk, device) = reported(true);
    desk.choices.ota.url_prefix = "http://192.0.2.1:8084/fw/".into();
    push(&mut desk, &device, "default", "2.0").unwrap();
    let (_, _, body) = desk.only_sent();
    let url = body["Payload"]["URL"].as_str().unwrap();
    assert!(url.starts_with("http://192.0.2.1:8084/fw/iwfr"));
    assert!(fetch(&mut desk, url).is_ok());
}

#[test]
fn a_firmware_can_be_a_file_and_is_served_as_it_is() {
    let mut desk = desk(true).0;
    let file = Content::File { bytes: (&b"\x7fELF firmware"[..]).into() };
    add(&mut desk, "default", "3.0", file).unwrap();
    let firmware = desk.product(P).ota.firmware("default", "3.0").unwrap();
    assert_eq!((firmware.size, firmware.md5.len()), (13, 32));
    let product = desk.product(P).ota.clone();
    let firmware = product.firmware("default", "3.0").unwrap();
    let order = firmware::order(&desk.choices.ota, P, "default", firmware, WALL);
    assert_eq!(fetch(&mut desk, &order.url).unwrap(), b"\x7fELF firmware");
    let empty = Content::File { bytes: Vec::new().into() };
    assert_eq!(add(&mut desk, "default", "3.1", empty), Err(RetCode::PARAMETER_WRONG));
    let size = usize::try_from(limits::FIRMWARE_SIZE).unwrap() + 1;
    let large = Content::File { bytes: vec![0; size].into() };
    assert_eq!(add(&mut desk, "default", "3.2", large), Err(RetCode::PARAMETER_EXCEEDS));
}
