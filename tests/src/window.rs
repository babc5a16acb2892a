//! The real window under WebKitWebDriver.

use crate::programs::app;
use anyhow::{Context as _, Result, bail};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};
use tokio::time::sleep;

/// Longest wait for anything on the page. A cold start on two busy cores takes seconds.
const PATIENCE: Duration = Duration::from_secs(30);
const GLANCE: Duration = Duration::from_millis(60);

/// A running window with its driver.
pub struct Window {
    client: Client,
    shots: Option<PathBuf>,
    // Stops the driver when dropped.
    _driver: Child,
}

/// `[data-test=NAME]`.
pub fn spec(name: &str) -> String {
    format!("[data-test={name}]")
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

impl Window {
    /// Opens the app over these folders. `shots` names the folder below `HAKIM_SHOTS` for screenshots.
    ///
    /// # Errors
    /// When the app, the driver or a display is missing, or no session comes up in time.
    pub async fn open(home: &Path, shots: &str) -> Result<Self> {
        let binary = app()?;
        let port = free_port()?;
        let mut driver = Command::new("WebKitWebDriver");
        driver
            .arg(format!("--port={port}"))
            // wry turns automation on when it sees these.
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("HOME", home)
            .env("XDG_DATA_HOME", home.join("xdg-data"))
            .env("XDG_CACHE_HOME", home.join("xdg-cache"))
            .env("XDG_CONFIG_HOME", home.join("xdg-config"))
            .env("HAKIM_DATA", home.join("data"))
            .env("NO_AT_BRIDGE", "1")
            .stdout(Stdio::null())
            .kill_on_drop(true);
        let driver = driver.spawn().context("WebKitWebDriver is missing: run `cargo xtask test`")?;
        let capabilities = json!({ "webkitgtk:browserOptions": { "binary": binary, "args": [] } });
        let capabilities = capabilities.as_object().cloned().unwrap_or_default();
        let began = Instant::now();
        let client = loop {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities.clone());
            match builder.connect(&format!("http://127.0.0.1:{port}")).await {
                Ok(client) => break client,
                Err(error) if began.elapsed() > PATIENCE => bail!("no session with the window: {error}"),
                Err(_) => sleep(Duration::from_millis(200)).await,
            }
        };
        client.set_window_size(1280, 900).await?;
        let shots = std::env::var_os("HAKIM_SHOTS").map(|dir| PathBuf::from(dir).join(shots));
        Ok(Self { client, shots, _driver: driver })
    }

    /// Waits for an element.
    ///
    /// # Errors
    /// When it does not appear; a screenshot shows what was there instead.
    pub async fn find(&self, css: &str) -> Result<Element> {
        self.find_within(css, PATIENCE).await
    }

    /// Waits for an element that may take this long.
    ///
    /// # Errors
    /// As [`Window::find`].
    pub async fn find_within(&self, css: &str, patience: Duration) -> Result<Element> {
        let began = Instant::now();
        loop {
            if let Ok(element) = self.client.find(Locator::Css(css)).await {
                return Ok(element);
            }
            if began.elapsed() > patience {
                self.shot("failed").await?;
                bail!("{css} did not appear");
            }
            sleep(GLANCE).await;
        }
    }

    /// Waits until the element is gone.
    ///
    /// # Errors
    /// When it stays.
    pub async fn gone(&self, css: &str) -> Result<()> {
        let began = Instant::now();
        while self.count(css).await? > 0 {
            if began.elapsed() > PATIENCE {
                self.shot("failed").await?;
                bail!("{css} did not go away");
            }
            sleep(GLANCE).await;
        }
        Ok(())
    }

    /// How many elements there are now.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn count(&self, css: &str) -> Result<usize> {
        Ok(self.client.find_all(Locator::Css(css)).await?.len())
    }

    /// Presses an element, again if the page was just being redrawn under the pointer.
    ///
    /// # Errors
    /// When it does not appear or cannot be pressed.
    pub async fn click(&self, css: &str) -> Result<()> {
        let began = Instant::now();
        loop {
            match self.find(css).await?.click().await {
                Ok(()) => return Ok(()),
                Err(error) if began.elapsed() > PATIENCE => {
                    self.shot("failed").await?;
                    bail!("{css} cannot be pressed: {error}");
                }
                // The driver takes what lies under the danger banner for visible; a person would scroll.
                Err(_) => {
                    let middle = "arguments[0].scrollIntoView({ block: 'center' })";
                    let element = serde_json::to_value(self.find(css).await?)?;
                    self.client.execute(middle, vec![element]).await?;
                    sleep(GLANCE).await;
                }
            }
        }
    }

    /// Types into a field, key by key.
    ///
    /// # Errors
    /// When it does not appear.
    pub async fn type_into(&self, css: &str, text: &str) -> Result<()> {
        let field = self.find(css).await?;
        field.send_keys(text).await.with_context(|| format!("typing into {css}"))
    }

    /// Waits until the element's text satisfies `is`, and returns it.
    ///
    /// # Errors
    /// When it never does.
    pub async fn text_when(&self, css: &str, is: impl Fn(&str) -> bool) -> Result<String> {
        let began = Instant::now();
        loop {
            let text = match self.client.find(Locator::Css(css)).await {
                Ok(element) => element.text().await.unwrap_or_default(),
                Err(_) => String::new(),
            };
            if is(&text) {
                return Ok(text);
            }
            if began.elapsed() > PATIENCE {
                self.shot("failed").await?;
                bail!("{css} says {text:?}");
            }
            sleep(GLANCE).await;
        }
    }

    /// Text of an element.
    ///
    /// # Errors
    /// When it does not appear.
    pub async fn text(&self, css: &str) -> Result<String> {
        self.text_when(css, |t| !t.is_empty()).await
    }

    /// An attribute of an element.
    ///
    /// # Errors
    /// When the element does not appear.
    pub async fn attribute(&self, css: &str, name: &str) -> Result<Option<String>> {
        Ok(self.find(css).await?.attr(name).await?)
    }

    /// Sends keys to whatever has the focus.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn keys(&self, keys: &str) -> Result<()> {
        Ok(self.client.active_element().await?.send_keys(keys).await?)
    }

    /// Runs a script in the page and returns its answer.
    ///
    /// # Errors
    /// When it throws.
    pub async fn script(&self, script: &str) -> Result<serde_json::Value> {
        Ok(self.client.execute(script, vec![]).await?)
    }

    /// Saves a screenshot, where a folder for them is set.
    ///
    /// # Errors
    /// When it cannot be taken or written.
    pub async fn shot(&self, name: &str) -> Result<()> {
        let Some(dir) = &self.shots else { return Ok(()) };
        std::fs::create_dir_all(dir)?;
        // Faces still loading leave their text out, and the driver takes the frame before the last change.
        let settled = "const done = arguments[0]; \
            document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";
        self.client.execute_async(settled, vec![]).await?;
        sleep(Duration::from_millis(250)).await;
        Ok(std::fs::write(dir.join(format!("{name}.png")), self.client.screenshot().await?)?)
    }

    /// Closes the window as a user would.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn close(self) -> Result<()> {
        self.client.close().await?;
        // The app closes its log on the way out.
        sleep(Duration::from_millis(500)).await;
        Ok(())
    }
}
